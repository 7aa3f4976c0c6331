import { copyBlocklist } from './copy-baseline.ts';
import type { Report } from './report.ts';
import { withServers } from './servers.ts';
import { startService } from './service.ts';

const NUMBERS = 1_000_000;
const LINES = 2_000;
const MIB = 1024 * 1024;

/**
 * An import of a million numbers into an empty blocklist over HTTP, to its answer, as a ratio to `COPY` of the same rows
 * into a table with the same columns, indexes and constraints; the same list again; and the memory that it takes.
 */
export function blocklist(): Promise<Report> {
  return withServers(async (bench) => {
    const service = await startService(bench);
    await service.put('/v1/vdns/1/campaigns/1', {});
    const idle = (await service.memory()).now;
    const rate = async (): Promise<number> => {
      const begun = performance.now();
      await service.stream('/v1/vdns/1/blocklist', 'application/x-ndjson', chunks());
      return NUMBERS / ((performance.now() - begun) / 1000);
    };
    const first = await rate();
    const again = await rate();
    const { most } = await service.memory();
    const copied = await copyBlocklist(bench.settings.databaseUrl);
    return {
      name: `blocklist: ${NUMBERS} numbers as NDJSON`,
      measures: [
        { name: 'imported', value: first, unit: 'numbers/s' },
        { name: 'the same list again', value: again, unit: 'numbers/s' },
        { name: 'COPY, one transaction', value: copied, unit: 'rows/s' },
        {
          name: 'memory of API and worker, most above idle',
          value: (most - idle) / MIB,
          unit: 'MiB',
          most: 150,
        },
      ],
      ratio: { of: 'imported to COPY', value: first / copied, reach: 0.3 },
    };
  });
}

/** In no order, as lists come: a step that has no divisor in common with a million visits each number once. */
function* chunks(): Generator<Buffer> {
  for (let from = 0; from < NUMBERS; from += LINES) {
    const lines = Array.from({ length: LINES }, (_, index) => {
      const number = String(((from + index) * 618_033) % NUMBERS).padStart(8, '0');
      return `{"number":"138${number}","expiresAt":null}\n`;
    });
    yield Buffer.from(lines.join(''));
  }
}
