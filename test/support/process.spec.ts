import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { scratchFolder } from './apps.ts';
import { startNode } from './process.ts';
import type { TestProcess } from './process.ts';

const SERVICE = `
process.on('SIGTERM', () => { console.log('stopping'); process.exit(Number(process.env.CODE ?? 0)); });
setInterval(() => {}, 1000);
console.error('a complaint');
console.log('ready', process.env.COLOUR, process.env.NODE_OPTIONS ?? 'no options', process.argv.slice(2).join());
`;

describe('a child process', () => {
  let script: string;
  const start = (env: Record<string, string> = {}): TestProcess =>
    startNode(script, ['--flag'], { name: 'fixture', env });

  beforeAll(async () => {
    script = join(await scratchFolder(), 'service.mjs');
    await writeFile(script, SERVICE);
  });

  test('has the environment it was given, and what it writes is kept', async () => {
    const service = start({ COLOUR: 'green' });
    const [, colour] = await service.untilOutput(/ready (\w+) no options --flag/);
    expect(colour).toBe('green');
    await service.stop();
    expect(service.output()).toContain('a complaint');
    expect(service.output()).toContain('stopping');
    expect(service.running).toBe(false);
  });

  test('that ends with another code than it should fails the test, and shows its output', async () => {
    const service = start({ CODE: '3' });
    await service.untilOutput(/ready/);
    await expect(service.stop()).rejects.toThrow(
      /fixture ended with code 3, not with code 0:\n[^]*a complaint/,
    );
  });

  test('that ends too early ends the waiting for it', async () => {
    const service = startNode(join(script, 'nowhere'), [], { name: 'nobody' });
    await expect(service.untilOutput(/ready/)).rejects.toThrow(/nobody ended before output like/);
  });

  test('that cannot be started says why', async () => {
    const service = startNode(script, [], { name: 'nobody', cwd: '/nowhere' });
    await expect(service.untilOutput(/ready/)).rejects.toThrow('ENOENT');
  });

  test('can be killed', async () => {
    const service = start();
    await service.untilOutput(/ready/);
    await service.kill();
    await expect(service.ended).resolves.toEqual({ code: null, signal: 'SIGKILL' });
    expect(() => {
      service.signal('SIGTERM');
    }).toThrow('not running any more');
  });
});
