import type { CALLS, LANES } from '#queue';
import { QueueBackend } from '#queue';
import type { Servers } from './backends.ts';
import { atEnd } from './lifecycle.ts';

/** A queue of the service, seen from outside: what is in it, and putting something in that the service would not. */
export type TestQueue = InstanceType<QueueBackend['classes']['Queue']>;

/** Opens a queue of these servers. It is closed with the test file. */
export async function openQueue(
  servers: Pick<Servers, 'database' | 'redisUrl'>,
  name: typeof LANES | typeof CALLS,
): Promise<TestQueue> {
  const backend = new QueueBackend({
    redisUrl: servers.redisUrl,
    databaseUrl: servers.database.url,
    // Whoever uses the queue hears of it; between two tests nobody does.
    onError: () => undefined,
  });
  const queue = new backend.classes.Queue(name, backend.options);
  atEnd(async () => {
    await queue.close();
    await backend.close();
  });
  await queue.waitUntilReady();
  return queue;
}
