import { describe, expect, test } from '@jest/globals';
import { ApiClient } from '../support/api-client.ts';
import type { UploadView } from '../support/api-client.ts';
import { records, unpaced } from '../support/factories.ts';
import { expectBalancedBooks } from '../support/ledger.ts';
import { seededRandom } from '../support/random.ts';
import { newVdn, useService } from './service.ts';
import { issueKey } from './signed.ts';

const service = useService();
const random = seededRandom();

const COMMANDS = ['cancel', 'pause', 'resume'] as const;

type Command = (typeof COMMANDS)[number];

/** Nothing that is paced comes to its second slot while the tests run. */
const SLOW = { admissionIntervalMs: 60_000, batchSize: 2 };

/** Makes an upload of five records that is in the state. */
const MAKE: Readonly<Record<string, () => Promise<string>>> = {
  queued: async () => {
    const vdn = newVdn();
    await service.client.putCampaign(vdn, 1, SLOW);
    const first = await service.client.upload(vdn, 1, records(random, 1));
    await service.client.finished(first.id);
    return (await service.client.upload(vdn, 1, records(random, 5))).id;
  },
  running: async () => made({ ...SLOW }, 'running'),
  waiting_capacity: async () => made(unpaced({ maxIncomplete: 2 }), 'waiting_capacity'),
  paused: async () => {
    const id = await made({ ...SLOW }, 'running');
    expect((await service.client.command(id, 'pause')).status).toBe(200);
    return id;
  },
  completed: async () => made(unpaced(), 'completed'),
  completed_with_errors: async () => {
    const vdn = newVdn();
    await service.client.putCampaign(vdn, 1, unpaced());
    const { id } = await service.client.upload(vdn, 1, [...records(random, 4), {}]);
    await service.client.finished(id);
    return id;
  },
  cancelled: async () => {
    const id = await made({ ...SLOW }, 'running');
    expect((await service.client.command(id, 'cancel')).status).toBe(200);
    return id;
  },
  failed: async () => {
    const id = await made({ ...SLOW }, 'running');
    await service.database.query(
      `UPDATE uploads SET state = 'failed', refused = received - accepted, finished_at = now() WHERE id = $1`,
      [id],
    );
    return id;
  },
  'a synchronous call': async () => {
    const vdn = newVdn();
    await service.client.putCampaign(vdn, 1, unpaced());
    await service.client.call(vdn, 1, records(random, 5));
    const list = await service.client.get<{ items: UploadView[] }>(`/v1/vdns/${vdn}/uploads`);
    return list.json().items[0]?.id ?? '';
  },
};

async function made(settings: object, state: string): Promise<string> {
  const vdn = newVdn();
  await service.client.putCampaign(vdn, 1, settings);
  const { id } = await service.client.upload(vdn, 1, records(random, 5));
  await service.client.inState(id, state);
  return id;
}

const CONFLICT = 409;

describe.each<[string, ...(string | number)[]]>([
  ['queued', 'cancelled', 'paused', 'queued'],
  ['running', 'cancelled', 'paused', 'running'],
  ['waiting_capacity', 'cancelled', 'paused', 'waiting_capacity'],
  ['paused', 'cancelled', 'paused', 'running'],
  ['completed', CONFLICT, CONFLICT, CONFLICT],
  ['completed_with_errors', CONFLICT, CONFLICT, CONFLICT],
  ['cancelled', 'cancelled', CONFLICT, CONFLICT],
  ['failed', CONFLICT, CONFLICT, CONFLICT],
  ['a synchronous call', CONFLICT, CONFLICT, CONFLICT],
])('an upload that is %s', (state, ...answers) => {
  test.each(COMMANDS.map((command, index) => [command, answers[index]] as const))(
    'by %s: %s, once as twice',
    async (command, expected) => {
      const id = (await MAKE[state]?.()) ?? '';
      const before = await service.client.getUpload(id);
      const first = await service.client.command(id, command);
      const second = await service.client.command(id, command);
      expect(second.status).toBe(first.status);
      if (expected === CONFLICT) {
        expect(first.json()).toEqual({
          type: 'urn:dialgate:problem:state-conflict',
          title: 'State conflict',
          status: 409,
          detail: `the present state, ${before.state}, does not allow this`,
        });
        expect(await service.client.getUpload(id)).toEqual(before);
      } else {
        expect([first.status, first.json().state]).toEqual([200, expected]);
        expect(second.json()).toMatchObject({
          ...accountsAfter(command, before),
          state: expected,
          finishedAt: first.json().finishedAt,
        });
      }
    },
  );
});

/** Only a cancellation changes counts: what was pending is dropped. */
function accountsAfter(command: Command, { counts, ...upload }: UploadView): object {
  const { dropped, pending } = counts;
  return {
    id: upload.id,
    batches: upload.batches,
    queuedAt: upload.queuedAt,
    startedAt: upload.startedAt,
    counts:
      command === 'cancel' ? { ...counts, dropped: dropped + pending, pending: 0 } : { ...counts },
  };
}

test('what was admitted before a cancel stays, and each record has its receipt', async () => {
  const id = await made({ ...SLOW }, 'running');
  const cancelled = (await service.client.command(id, 'cancel')).json();
  expect(cancelled).toMatchObject({
    counts: { received: 5, accepted: 2, dropped: 3, pending: 0 },
    error: null,
  });
  expect(cancelled.finishedAt).not.toBeNull();
  const receipts = await service.client.receipts(id);
  expect(receipts.map(({ line, outcome }) => [line, outcome])).toEqual([
    [1, 'accepted'],
    [2, 'accepted'],
    [3, 'dropped'],
    [4, 'dropped'],
    [5, 'dropped'],
  ]);
  expect((await service.client.receipts(id, '?outcome=rejected')).length).toBe(3);
  await expectBalancedBooks(service.database);
});

test('one that was not begun is queued again when it is resumed', async () => {
  const id = (await MAKE.queued?.()) ?? '';
  await service.client.command(id, 'pause');
  expect((await service.client.command(id, 'resume')).json()).toMatchObject({ state: 'queued' });
});

test('a body is not looked at, whatever it is', async () => {
  const id = (await MAKE.running?.()) ?? '';
  for (const request of [
    { json: { state: 'gone' } },
    { body: '{', headers: { 'content-type': 'application/json' } },
    { body: 'x', headers: { 'content-type': 'text/plain' } },
    { body: '', headers: { 'content-type': 'application/json' } },
  ]) {
    const answer = await service.client.send<UploadView>(
      'POST',
      `/v1/uploads/${id}/pause`,
      request,
    );
    expect([answer.status, answer.json().state]).toEqual([200, 'paused']);
  }
});

test('a query parameter is refused, and nothing happens', async () => {
  const id = (await MAKE.running?.()) ?? '';
  const answer = await service.client.send('POST', `/v1/uploads/${id}/cancel?force=true`);
  expect([answer.status, answer.json()]).toMatchObject([400, { place: 'force' }]);
  expect(await service.client.getUpload(id)).toMatchObject({ state: 'running' });
});

test('the key of another VDN moves nothing', async () => {
  const id = (await MAKE.running?.()) ?? '';
  const { token } = await issueKey(service.client, newVdn(), ['admin']);
  const stranger = new ApiClient(service.url, token);
  for (const command of COMMANDS) expect((await stranger.command(id, command)).status).toBe(404);
  expect(await service.client.getUpload(id)).toMatchObject({ state: 'running' });
});
