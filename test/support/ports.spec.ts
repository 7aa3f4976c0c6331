import { expect, test } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { scratchFolder } from './apps.ts';
import { freePort } from './ports.ts';
import { startNode } from './process.ts';

test('free ports differ', async () => {
  const ports = await Promise.all([freePort(), freePort(), freePort()]);
  expect(new Set(ports).size).toBe(3);
});

const CLAIM = `
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
const port = Number(process.argv[2]);
createServer().listen(port, '127.0.0.1', () => console.log('listening'));
createSocket('udp4').on('error', ({ code }) => console.log('claim:', code)).bind({ port, address: '127.0.0.1' });
process.on('SIGTERM', () => process.exit(0));
`;

test('a port is whoever’s it was given to: others can listen on it, and not claim it', async () => {
  const port = await freePort();
  const script = join(await scratchFolder(), 'claim.mjs');
  await writeFile(script, CLAIM);
  const other = startNode(script, [String(port)], { name: 'another run' });
  await other.untilOutput(/claim: EADDRINUSE/);
  await other.untilOutput(/listening/);
  await other.stop();
});
