import { EXIT, runProgram } from '#lifecycle';
import { blocklist } from './blocklist.ts';
import { call } from './call.ts';
import { drain } from './drain.ts';
import { leases } from './leases.ts';
import { memory } from './memory.ts';
import { format } from './report.ts';
import type { Report } from './report.ts';
import { signature } from './signature.ts';
import { validate } from './validate.ts';

const BENCHMARKS: Readonly<Record<string, () => Promise<Report>>> = {
  blocklist,
  call,
  drain,
  leases,
  memory,
  signature,
  validate,
};

await runProgram(async () => {
  const names = process.argv.slice(2);
  const unknown = names.filter((name) => !Object.hasOwn(BENCHMARKS, name));
  if (unknown.length > 0) {
    process.stderr.write(
      `No such benchmark: ${unknown.join(', ')}. There are: ${Object.keys(BENCHMARKS).join(', ')}\n`,
    );
    process.exitCode = EXIT.usage;
    return;
  }
  for (const [name, run] of Object.entries(BENCHMARKS)) {
    if (names.length > 0 && !names.includes(name)) continue;
    process.stdout.write(`${format(await run())}\n`);
  }
});
