import { describe, expect, test } from '@jest/globals';
import { ApiClient } from '../support/api-client.ts';
import type { Answer, UploadView } from '../support/api-client.ts';
import { startApp } from '../support/apps.ts';
import { EventReader } from '../support/event-reader.ts';
import { records, unpaced } from '../support/factories.ts';
import { PostgresProxy } from '../support/postgres-proxy.ts';
import { seededRandom } from '../support/random.ts';
import { waitFor } from '../support/time.ts';
import { serviceEnv } from '../support/backends.ts';
import { newVdn, useService } from './service.ts';
import { issueKey } from './signed.ts';

const service = useService();
const random = seededRandom();

/** An upload of four records of which two are accepted, and the others have to wait for room. */
async function waiting(): Promise<UploadView> {
  const vdn = newVdn();
  await service.client.putCampaign(vdn, 1, unpaced({ maxIncomplete: 2 }));
  const { id } = await service.client.upload(vdn, 1, records(random, 4));
  return service.client.inState(id, 'waiting_capacity');
}

/** One that has ended. */
async function ended(): Promise<UploadView> {
  const vdn = newVdn();
  await service.client.putCampaign(vdn, 1, unpaced());
  const { id } = await service.client.upload(vdn, 1, records(random, 2));
  return service.client.finished(id);
}

const show = (id: string, headers: Record<string, string> = {}): Promise<Answer<UploadView>> =>
  service.client.get<UploadView>(`/v1/uploads/${id}`, { headers });

const tagOf = ({ headers }: Answer): string => headers.get('etag') ?? '';

describe('the entity tag', () => {
  test('is weak, and the same as long as state and counts are', async () => {
    const { id } = await waiting();
    const first = await show(id);
    expect(tagOf(first)).toMatch(/^W\/"[!#-~]+"$/);
    expect(first.headers.get('vary')).toBe('locale');
    expect(first.headers.get('cache-control')).toBe('private, no-cache');
    expect(tagOf(await show(id))).toBe(tagOf(first));
    await service.client.command(id, 'pause');
    expect(tagOf(await show(id))).not.toBe(tagOf(first));
  });

  test('is another one in another language: errors have a text', async () => {
    const { id } = await waiting();
    expect(tagOf(await show(id, { locale: 'zh_CN' }))).not.toBe(tagOf(await show(id)));
  });

  test.each<[string, (tag: string) => string]>([
    ['the tag', (tag) => tag],
    ['the tag without its W/', (tag) => tag.replace('W/', '')],
    ['a list with the tag', (tag) => `"x", ${tag} , W/"y"`],
    ['a star', () => '*'],
  ])('with %s in If-None-Match it is 304, and nothing else', async (_what, make) => {
    const { id } = await waiting();
    const tag = tagOf(await show(id));
    const answer = await show(id, { 'if-none-match': make(tag) });
    expect([answer.status, answer.text, tagOf(answer)]).toEqual([304, '', tag]);
    expect(answer.headers.get('vary')).toBe('locale');
    expect(answer.headers.get('cache-control')).toBe('private, no-cache');
    expect(answer.headers.get('content-type')).toBeNull();
  });

  test.each(['', '"x"', 'x', '"', 'W/"'])('with %j in If-None-Match it is 200', async (given) => {
    const { id } = await waiting();
    expect((await show(id, { 'if-none-match': given })).status).toBe(200);
  });

  test('of what is not there is none: 404, whatever is asked', async () => {
    const none = '0190163d-8694-739b-aea5-966c26f8ad91';
    const answer = await show(none, { 'if-none-match': '*', prefer: 'wait=60' });
    expect([answer.status, answer.headers.get('etag')]).toEqual([404, null]);
  });
});

describe('Prefer: wait', () => {
  /** The database's time: what `watched` takes. */
  async function now(): Promise<string | undefined> {
    const [row] = await service.database.query<{ now: string }>(
      'SELECT clock_timestamp()::text AS now',
    );
    return row?.now;
  }

  /**
   * Waits until the service has begun to look for changes since a time before which nobody waited for any: so a request
   * that was sent behind it has found its upload.
   */
  async function watched(since: string | undefined): Promise<void> {
    await waitFor(
      async () => {
        const looks = await service.database.query(
          `SELECT 1 FROM pg_stat_activity
            WHERE datname = current_database()
              AND query LIKE '%ANY ($1::uuid[]) AND state <> ''receiving''%' AND query NOT LIKE '%pg_stat%'
              AND query_start > $1::timestamptz`,
          [since],
        );
        return looks.length > 0;
      },
      { what: 'the service to look for changes' },
    );
  }

  test('holds the answer until the state is another one', async () => {
    const { id } = await waiting();
    const since = await now();
    const held = show(id, { prefer: 'wait=60' });
    await watched(since);
    await service.client.command(id, 'pause');
    const answer = await held;
    expect([answer.status, answer.json().state]).toEqual([200, 'paused']);
    expect(answer.headers.get('preference-applied')).toBe('wait=60');
    expect(tagOf(answer)).toBe(tagOf(await show(id)));
  });

  test('is for nothing when the key is revoked meanwhile', async () => {
    const { id, vdnId } = (await waiting()) as UploadView & { vdnId: number };
    const key = await issueKey(service.client, vdnId, ['uploader']);
    const since = await now();
    const held = new ApiClient(service.url, key.token).get(`/v1/uploads/${id}`, {
      headers: { prefer: 'wait=60' },
    });
    await watched(since);
    await service.client.send('DELETE', `/v1/vdns/${vdnId}/keys/${key.accessKey}`);
    await service.client.command(id, 'pause');
    expect((await held).status).toBe(401);
  });

  test('holds the answer until the counts are others', async () => {
    const upload = await waiting();
    const since = await now();
    const held = show(upload.id, { prefer: 'wait=60' });
    await watched(since);
    const { vdnId } = upload as unknown as { vdnId: number };
    await service.client.putCampaign(vdnId, 1, { maxIncomplete: 3 });
    expect((await held).json()).toMatchObject({
      state: 'waiting_capacity',
      counts: { accepted: 3, pending: 1 },
    });
  });

  test('holds the answer until it is other than If-None-Match knows it', async () => {
    const { id } = await waiting();
    const tag = tagOf(await show(id));
    const held = show(id, { prefer: 'wait=60', 'if-none-match': tag });
    await service.client.command(id, 'pause');
    const answer = await held;
    expect([answer.status, answer.json().state]).toEqual([200, 'paused']);
    // What is other already is answered at once.
    const again = await show(id, { prefer: 'wait=60', 'if-none-match': tag });
    expect([again.status, again.json().state]).toEqual([200, 'paused']);
  });

  test('is over after its seconds: the same again, or 304', async () => {
    const upload = await waiting();
    const tag = tagOf(await show(upload.id));
    const [plain, conditional] = await Promise.all([
      show(upload.id, { prefer: 'wait=1' }),
      show(upload.id, { prefer: 'wait=1', 'if-none-match': tag }),
    ]);
    expect([plain.status, plain.json()]).toEqual([200, upload]);
    expect([conditional.status, tagOf(conditional)]).toEqual([304, tag]);
    expect(conditional.headers.get('preference-applied')).toBe('wait=1');
  });

  test('is not needed for an upload that has ended', async () => {
    const { id } = await ended();
    const tag = tagOf(await show(id));
    expect((await show(id, { prefer: 'wait=60' })).status).toBe(200);
    expect((await show(id, { prefer: 'wait=60', 'if-none-match': tag })).status).toBe(304);
    expect((await show(id, { prefer: 'wait=60', 'if-none-match': '*' })).status).toBe(304);
  });

  test('of more than 60 counts as 60', async () => {
    const { id } = await ended();
    const answer = await show(id, { prefer: 'respond-async, wait=86400' });
    expect(answer.headers.get('preference-applied')).toBe('wait=60');
  });

  test.each(['wait=1e9', 'wait=soon', 'wait=-1', 'wait=', 'wait', 'wait=1.5', 'respond-async'])(
    'that is no number of seconds is passed over: %s',
    async (prefer) => {
      const { id } = await waiting();
      const answer = await show(id, { prefer });
      expect([answer.status, answer.headers.get('preference-applied')]).toEqual([200, null]);
    },
  );

  test('of a client that goes away costs nothing more', async () => {
    const { id } = await waiting();
    const abort = new AbortController();
    const since = await now();
    const held = service.client.get(`/v1/uploads/${id}`, {
      headers: { prefer: 'wait=60' },
      signal: abort.signal,
    });
    await watched(since);
    abort.abort();
    await expect(held).rejects.toThrow();
    await service.client.command(id, 'cancel');
  });
});

describe('events', () => {
  test('have the upload at once, at its changes, and at its end', async () => {
    const { id } = await waiting();
    const reader = await EventReader.open(service.url, id);
    expect(reader.response.statusCode).toBe(200);
    expect(reader.response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    const first = await reader.next();
    expect(first?.upload).toEqual(await service.client.getUpload(id));
    await service.client.command(id, 'pause');
    const second = await reader.next();
    expect(second?.upload).toEqual(await service.client.getUpload(id));
    expect(second?.upload).toMatchObject({ state: 'paused' });
    await service.client.command(id, 'cancel');
    const last = await reader.next();
    expect(last?.upload).toEqual(await service.client.getUpload(id));
    expect(last?.upload).toMatchObject({ state: 'cancelled', counts: { accepted: 2, dropped: 2 } });
    expect(await reader.next()).toBeUndefined();
    expect(new Set([first?.id, second?.id, last?.id]).size).toBe(3);
  });

  test('are at most four a second, with accounts that add up, however fast it goes', async () => {
    const vdn = newVdn();
    await service.client.putCampaign(vdn, 1, unpaced({ batchSize: 1 }));
    const { id } = await service.client.upload(vdn, 1, records(random, 400));
    const begin = performance.now();
    const reader = await EventReader.open(service.url, id);
    const events = await reader.rest();
    const seconds = (performance.now() - begin) / 1000;
    expect(events.length).toBeLessThanOrEqual(1 + Math.ceil(seconds * 4));
    const accepted = events.map(({ upload }) => upload.counts.accepted);
    expect(accepted).toEqual(accepted.toSorted((one, other) => one - other));
    for (const { upload } of events) {
      const { received, ...parts } = upload.counts;
      expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBe(received);
    }
    expect(events.at(-1)?.upload).toMatchObject({ state: 'completed', counts: { accepted: 400 } });
  });

  test('that were seen are not sent again, and none is missed', async () => {
    const { id } = await waiting();
    const first = await EventReader.open(service.url, id);
    const seen = (await first.next())?.id ?? '';
    first.close();
    const idle = await EventReader.open(service.url, id, { headers: { 'last-event-id': seen } });
    await service.client.command(id, 'pause');
    expect((await idle.next())?.upload).toMatchObject({ state: 'paused' });
    idle.close();
    // What changed while nobody was connected comes first.
    const late = await EventReader.open(service.url, id, { headers: { 'last-event-id': seen } });
    expect((await late.next())?.upload).toMatchObject({ state: 'paused' });
    late.close();
  });

  test('of an upload that has ended are one, and then 204 to who has seen it', async () => {
    const upload = await ended();
    const reader = await EventReader.open(service.url, upload.id);
    const events = await reader.rest();
    expect(events.map((event) => event.upload)).toEqual([upload]);
    const headers = { 'last-event-id': events[0]?.id ?? '' };
    const again = await service.client.get(`/v1/uploads/${upload.id}/events`, { headers });
    expect([again.status, again.text]).toEqual([204, '']);
    const other = await EventReader.open(service.url, upload.id, {
      headers: { 'last-event-id': 'x' },
    });
    expect(await other.rest()).toEqual(events);
  });

  test('are in the language that was asked for', async () => {
    const upload = await waiting();
    const { vdnId } = upload as unknown as { vdnId: number };
    const reader = await EventReader.open(service.url, upload.id, { headers: { locale: 'zh_CN' } });
    await service.client.putCampaign(vdnId, 1, { state: 'completed' });
    const last = await reader.until(({ state }) => state === 'completed_with_errors');
    expect(last.upload).toMatchObject({
      error: { code: '0200019', description: '外呼活动的状态为 completed，不接收号码' },
    });
  });

  test('end when the key is revoked', async () => {
    const upload = await waiting();
    const { vdnId } = upload as unknown as { vdnId: number };
    const key = await issueKey(service.client, vdnId, ['uploader']);
    const reader = await EventReader.open(service.url, upload.id, { token: key.token });
    expect((await reader.next())?.upload).toMatchObject({ state: 'waiting_capacity' });
    const other = await issueKey(service.client, vdnId, ['uploader']);
    const trusted = await EventReader.open(service.url, upload.id, { token: other.token });
    await service.client.send('DELETE', `/v1/vdns/${vdnId}/keys/${key.accessKey}`);
    expect(await reader.rest()).toEqual([]);
    await trusted.next();
    await service.client.command(upload.id, 'cancel');
    expect((await trusted.rest()).map(({ upload: { state } }) => state)).toEqual(['cancelled']);
  });

  test('and answers wait while the database is away, and come when it is back', async () => {
    const { id } = await waiting();
    const proxy = await PostgresProxy.start(service.database.url);
    const api = await startApp('api', serviceEnv(proxy.url));
    const reader = await EventReader.open(api.url, id);
    await reader.next();
    const found = proxy.intercept({
      matching: ({ sql }) => isFind(sql),
      nth: 1,
      when: 'after',
      run: () => undefined,
    });
    const held = new ApiClient(api.url).get<UploadView>(`/v1/uploads/${id}`, {
      headers: { prefer: 'wait=60' },
    });
    await found;
    // The first look may have been begun before the answer to that was read. Behind the second both are looked after together.
    const recorded = proxy.record();
    const looks = (): number => recorded.filter(({ sql }) => isLook(sql)).length;
    await waitFor(() => looks() >= 2, { what: 'the looks' });
    proxy.down();
    await service.client.command(id, 'pause');
    await api.process.untilOutput(/A statement or a wake-up was lost/);
    proxy.heal();
    expect((await reader.next())?.upload).toMatchObject({ state: 'paused' });
    expect((await held).json()).toMatchObject({ state: 'paused' });
    reader.close();
    await api.process.stop();
  });

  test('cost one statement a look, whoever follows, and nothing when nobody does', async () => {
    const { id } = await waiting();
    const other = await waiting();
    const proxy = await PostgresProxy.start(service.database.url);
    const api = await startApp('api', serviceEnv(proxy.url));
    const readers = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        EventReader.open(api.url, index % 2 === 0 ? id : other.id),
      ),
    );
    for (const reader of readers) await reader.next();
    const recorded = proxy.record();
    await waitFor(() => recorded.filter(({ sql }) => isLook(sql)).length >= 4, {
      what: 'four looks',
    });
    // What was seen for the first time was looked at more closely; all of it at once. A look that was under way before may
    // have known of one of the two alone.
    const whole = recorded.slice(recorded.findIndex(({ sql }) => isLook(sql)));
    expect(whole.filter(({ sql }) => isCloserLook(sql)).length).toBeLessThanOrEqual(1);
    for (const reader of readers) reader.close();
    let [before, quiet] = [0, 0];
    await waitFor(
      () => {
        quiet = recorded.length === before ? quiet + 1 : 0;
        before = recorded.length;
        return quiet >= 20;
      },
      { what: 'the service to rest', pollMs: 50 },
    );
    await api.process.stop();
  });

  test('end at once when the service stops, and so do waiting answers', async () => {
    const { id } = await waiting();
    const env = { ...serviceEnv(service.database.url), SHUTDOWN_SECONDS: '60' };
    const api = await startApp('api', env);
    const reader = await EventReader.open(api.url, id);
    await reader.next();
    const held = new ApiClient(api.url).get<UploadView>(`/v1/uploads/${id}`, {
      headers: { prefer: 'wait=60' },
    });
    // By then the request has come in as well.
    await new ApiClient(api.url).getUpload(id);
    api.process.signal('SIGTERM');
    expect(await reader.rest()).toEqual([]);
    expect((await held).json()).toMatchObject({ state: 'waiting_capacity' });
    await api.process.expectExit(0);
  });
});

/** Of one upload, by its ID: by Prisma, which puts names in quotes. */
const isFind = (sql: readonly string[]): boolean =>
  sql.some((text) => text.includes('"uploads"."id" = $'));

const isLook = (sql: readonly string[]): boolean =>
  sql.some((text) => text.includes(`ANY ($1::uuid[]) AND state <> 'receiving'`));

/** What stands before an upload: asked for where something has changed. */
const isCloserLook = (sql: readonly string[]): boolean =>
  sql.some((text) => text.includes('AS "msUntilSlot"'));
