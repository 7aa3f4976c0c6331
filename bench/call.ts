import { randomUUID } from 'node:crypto';
import { CALLS, CallEvents, CallQueue, Consumer } from '#queue';
import type { CallJob } from '#queue';
import { recordLines } from './records.ts';
import type { Report } from './report.ts';
import { withServers } from './servers.ts';
import type { Bench } from './servers.ts';
import { startService } from './service.ts';

const CALLS_MEASURED = 2_000;
/** V8 compiles what runs often, for some thousand calls, and its threads' time counts as well; a service runs for days. */
const WARM_UP = 4_000;
const RECORDS = 20;

/**
 * A synchronous call of 20 records over HTTP with a key's token, one after the other: its median as a ratio to a bare round trip through
 * BullMQ (a job added, taken, and heard of), and the CPU that it costs API and worker together. REDIS_URL chooses the
 * backend of both.
 */
export function call(): Promise<Report> {
  return withServers(async (bench) => {
    const bare = await bareRoundTrip(bench);
    const service = await startService(bench);
    await service.put('/v1/vdns/1/campaigns/1', { admissionIntervalMs: 0 });
    const callDataList = Array.from(
      recordLines('call', RECORDS),
      (line) => JSON.parse(line) as object,
    );
    const key = { name: 'bench', roles: ['uploader'] };
    const { token } = (await service.post('/v1/vdns/1/keys', key)) as { token: string };
    const path = '/rest/isales/v2/openapi/campaigns/1/calldata/1';
    const add = (): Promise<unknown> => service.post(path, { callDataList }, token);
    for (let i = 0; i < WARM_UP; i++) await add();
    const cpuBefore = await service.cpuMs();
    const median = await medianOf(CALLS_MEASURED, add);
    const cpu = ((await service.cpuMs()) - cpuBefore) / CALLS_MEASURED;
    return {
      name: `call: ${RECORDS} records, queues in ${bench.servers.backend.kind}`,
      measures: [
        { name: 'bare round trip through BullMQ, median', value: bare, unit: 'ms' },
        { name: 'call, median', value: median, unit: 'ms' },
        { name: 'CPU of API and worker together', value: cpu, unit: 'ms a call', most: 2 },
      ],
      ratio: { of: 'call to bare round trip', value: median / bare, reach: 15, better: 'lower' },
    };
  });
}

async function bareRoundTrip({ servers }: Bench): Promise<number> {
  const queue = new CallQueue(servers.backend);
  const events = new CallEvents(servers.backend);
  const consumer = new Consumer<CallJob>(servers.backend, {
    queue: CALLS,
    concurrency: 8,
    handle: () => Promise.resolve({ kind: 'done' }),
    onFailure: (error) => {
      throw error;
    },
  });
  try {
    await Promise.all([events.ready(), consumer.ready()]);
    const roundTrip = async (): Promise<void> => {
      const id = randomUUID();
      let unwatch = (): void => undefined;
      const done = new Promise<void>((resolve) => {
        unwatch = events.watch(id, resolve);
      });
      await queue.enqueue({ callId: id, vdnId: 1, campaignId: 1 });
      await done;
      unwatch();
    };
    await medianOf(WARM_UP, roundTrip);
    return await medianOf(CALLS_MEASURED, roundTrip);
  } finally {
    await Promise.all([consumer.close(), events.close(), queue.close()]);
  }
}

/** The median time, in ms, that `work` takes, one after the other. */
async function medianOf(times: number, work: () => Promise<unknown>): Promise<number> {
  const taken: number[] = [];
  for (let i = 0; i < times; i++) {
    const begun = performance.now();
    await work();
    taken.push(performance.now() - begun);
  }
  return taken.sort((a, b) => a - b)[times >> 1] ?? NaN;
}
