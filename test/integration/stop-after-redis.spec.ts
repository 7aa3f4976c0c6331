import { expect, test } from '@jest/globals';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { CallEvents, CALLS, Consumer, QueueBackend } from '#queue';
import { startApp, stopApps } from '../support/apps.ts';
import { serviceEnv } from '../support/backends.ts';
import { createTestDatabase } from '../support/database.ts';
import { startRedis } from '../support/redis.ts';
import { waitFor } from '../support/time.ts';

test('what listens and takes jobs closes while its own connections are away and the common one is there', async () => {
  const redis = await startRedis();
  const sockets: Socket[] = [];
  const network = createServer((client) => {
    const server = connect(redis.port, '127.0.0.1');
    client.on('error', () => undefined).on('close', () => server.destroy());
    server.on('error', () => undefined).on('close', () => client.destroy());
    sockets.push(client);
    client.pipe(server).pipe(client);
  });
  await new Promise<void>((resolve) => network.listen(0, '127.0.0.1', resolve));
  let refused = 0;
  const backend = new QueueBackend({
    redisUrl: `redis://127.0.0.1:${(network.address() as AddressInfo).port}`,
    databaseUrl: '',
    onError: ({ message }) => {
      if (message.includes('ECONNREFUSED')) refused += 1;
    },
  });
  await backend.ping();
  const events = new CallEvents(backend);
  const consumer = new Consumer(backend, {
    queue: CALLS,
    concurrency: 1,
    handle: () => Promise.resolve({ kind: 'done' }),
    onFailure: () => undefined,
  });
  await Promise.all([events.ready(), consumer.ready()]);

  // From now on what is open stays open, but nothing new is let in.
  network.close();
  const [common, ...copies] = sockets;
  for (const socket of copies) socket.destroy();
  await waitFor(() => refused >= copies.length, { what: 'attempts to connect' });
  await Promise.all([events.close(), consumer.close()]);
  expect(common?.destroyed).toBe(false);
  await backend.close();
});

test('SIGTERM right after Redis was restarted ends API and worker with 0, whatever they wait for', async () => {
  const database = await createTestDatabase();
  for (let times = 0; times < 3; times += 1) {
    const redis = await startRedis();
    const env = serviceEnv(database.url, redis.url);
    const apps = await Promise.all([startApp('api', env), startApp('worker', env)]);
    await redis.kill();
    for (const { process } of apps) await process.untilOutput(/A connection broke/);
    const again = await startRedis({ port: redis.port });
    await stopApps(apps);
    await again.kill();
  }
});
