import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ApiClient } from '../support/api-client.ts';
import { startApp } from '../support/apps.ts';
import type { AppProcess } from '../support/apps.ts';
import { ADMIN_TOKEN, useServers } from '../support/backends.ts';
import { records, unpaced } from '../support/factories.ts';
import { peakMemory, SMALL_HEAP } from '../support/memory.ts';
import { PostgresProxy } from '../support/postgres-proxy.ts';
import type { ProxiedRequest } from '../support/proxied-connection.ts';
import { seededRandom } from '../support/random.ts';
import { waitFor } from '../support/time.ts';

const RECORDS = 500;
const RECORD_BYTES = 60_000;
const READERS = 4;

/**
 * What the readers may add to the most memory that the API ever took before: a page of 1 MiB each and its text, and no more.
 * An API that made all that they have not taken would hold 30 MB for each.
 */
const MOST_GROWTH = 48 * 1024 * 1024;

// Without a worker: the records stay in their batches. What is looked at has no queue in its way.
describe('readers of receipts', () => {
  const servers = useServers({ name: 'postgres' });
  const random = seededRandom();
  let proxy: PostgresProxy;
  let api: AppProcess;
  let path: string;
  let seen: readonly ProxiedRequest[];
  /** Statements that a reader needs who takes all. */
  let allPages: number;

  beforeAll(async () => {
    proxy = await PostgresProxy.start(servers.database.url);
    api = await startApp('api', { ...servers.env, ...SMALL_HEAP, DATABASE_URL: proxy.url });
    const client = new ApiClient(api.url);
    await client.putCampaign(1, 1, unpaced({ batchSize: 50 }));
    const list = records(random, RECORDS).map((record) => ({
      ...record,
      notes: 'x'.repeat(RECORD_BYTES),
    }));
    const { id } = await client.upload(1, 1, list);
    path = `/v1/uploads/${id}/receipts?format=source`;
    seen = proxy.record();
    expect(await readAll()).toBeGreaterThan(RECORDS * RECORD_BYTES);
    allPages = pages();
    // Much more than what the system keeps of an answer on its way.
    expect(allPages).toBeGreaterThan(25);
  });

  afterAll(() => api.process.stop());

  const pages = (): number =>
    seen.filter(({ sql }) => sql.some((text) => text.includes('page AS ('))).length;

  /** Reads all as fast as it comes; answers how many bytes that were. */
  async function readAll(): Promise<number> {
    const answer = await fetch(`${api.url}${path}`, {
      headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    });
    expect(answer.status).toBe(200);
    let bytes = 0;
    for await (const chunk of answer.body ?? []) bytes += (chunk as Uint8Array).length;
    return bytes;
  }

  /** A reader that has sent its request, and takes nothing but by `takeByte`. */
  async function startReading(): Promise<Socket> {
    const { hostname, port } = new URL(api.url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    socket.pause();
    socket.write(
      `GET ${path} HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: Bearer ${ADMIN_TOKEN}\r\n\r\n`,
    );
    return socket;
  }

  const takeByte = (socket: Socket): Promise<unknown> =>
    waitFor(() => socket.read(1) !== null, { what: 'a byte of the answer' });

  test('who go away end what is read for them', async () => {
    seen = proxy.record();
    for (let count = 0; count < READERS; count++) {
      const socket = await startReading();
      await takeByte(socket);
      socket.destroy();
    }
    // While another one reads all, what is read for them would be read as well.
    await readAll();
    expect(pages() - allPages).toBeLessThan((READERS * allPages) / 2);
    seen = proxy.record();
    await readAll();
    expect(pages()).toBe(allPages);
  });

  test('who take a byte at a time cost neither memory nor the others anything', async () => {
    const before = await peakMemory(api.process.pid);
    seen = proxy.record();
    const sockets = await Promise.all(Array.from({ length: READERS }, startReading));
    try {
      for (let round = 1; round <= 2; round++) {
        await Promise.all(sockets.map(takeByte));
        expect(await readAll()).toBeGreaterThan(RECORDS * RECORD_BYTES);
        expect(pages() - round * allPages).toBeLessThan((READERS * allPages) / 2);
      }
      expect((await peakMemory(api.process.pid)) - before).toBeLessThan(MOST_GROWTH);
    } finally {
      for (const socket of sockets) socket.destroy();
    }
  });
});
