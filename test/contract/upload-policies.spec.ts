import { describe, expect, test } from '@jest/globals';
import type { Receipt, UploadView } from '../support/api-client.ts';
import { unpaced } from '../support/factories.ts';
import { expectBalancedBooks } from '../support/ledger.ts';
import { seededRandom } from '../support/random.ts';
import { contentsOf, newVdn, useService } from './service.ts';

const service = useService();
const random = seededRandom();

const numbered = (...numbers: string[]): object => ({
  called: numbers.map((calledNo) => ({ calledNo })),
});

/** Lines 2, 4 and 6 have something wrong with them: invalid, duplicate, blocked. */
const MIXED = [
  numbered('1001'),
  numbered('12a'),
  numbered('1003'),
  numbered('1004', '1001'),
  numbered('1005'),
  numbered('1006', '110'),
  numbered('1007'),
];

const COUNTS = {
  received: 7,
  accepted: 0,
  invalid: 0,
  duplicate: 0,
  blocklisted: 0,
  refused: 0,
  dropped: 0,
  pending: 0,
};

async function newCampaign(settings: object = {}): Promise<number> {
  const vdn = newVdn();
  await service.client.putCampaign(vdn, 1, unpaced({ batchSize: 2, ...settings }));
  await service.client.send('POST', `/v1/vdns/${vdn}/blocklist`, {
    json: { numbers: [{ number: '110' }] },
  });
  return vdn;
}

const send = (vdn: number, query: string, list: readonly unknown[] = MIXED): Promise<UploadView> =>
  service.client.upload(vdn, 1, list, query);

const outcomes = (receipts: readonly Receipt[]): string[] => receipts.map(({ outcome }) => outcome);

describe('abort', () => {
  test.each([
    [
      '?onInvalid=abort',
      { invalid: 1, duplicate: 1, refused: 5 },
      { code: '02000002', place: 'line 2, called[0].calledNo' },
      ['refused', 'invalid', 'refused', 'duplicate', 'refused', 'refused', 'refused'],
    ],
    [
      '?onDuplicate=abort',
      { invalid: 1, duplicate: 1, refused: 5 },
      { code: '0200018', place: 'line 4, called[1].calledNo' },
      ['refused', 'invalid', 'refused', 'duplicate', 'refused', 'refused', 'refused'],
    ],
    [
      '?onBlocklisted=abort',
      { invalid: 1, duplicate: 1, blocklisted: 1, refused: 4 },
      { code: '0200024', place: 'line 6, called[1].calledNo' },
      ['refused', 'invalid', 'refused', 'duplicate', 'refused', 'blocklisted', 'refused'],
    ],
    [
      '?onInvalid=abort&onBlocklisted=abort&dryRun=true',
      { invalid: 1, duplicate: 1, blocklisted: 1, refused: 4 },
      { code: '02000002', place: 'line 2, called[0].calledNo' },
      ['refused', 'invalid', 'refused', 'duplicate', 'refused', 'blocklisted', 'refused'],
    ],
  ])('%s: the upload fails as a whole', async (query, counts, error, expected) => {
    const vdn = await newCampaign();
    const upload = await send(vdn, query);
    expect(upload).toMatchObject({
      state: 'failed',
      counts: { ...COUNTS, ...counts },
      batches: { total: 3, done: 0 },
      startedAt: null,
      finishedAt: expect.any(String),
      error: { code: error.code, description: expect.stringContaining(`${error.place}: `) },
    });
    expect(await service.client.getUpload(upload.id)).toEqual(upload);
    const receipts = await service.client.receipts(upload.id);
    expect(outcomes(receipts)).toEqual(expected);
    expect(receipts[0]).toMatchObject({ line: 1, called: '1001', dataId: null, code: error.code });
    expect(await contentsOf(service, vdn)).toMatchObject({
      records: 0,
      campaigns: [[1, 0, null, null, null, null]],
    });
    await expectBalancedBooks(service.database);
  });

  test('an upload that has nothing of the kind is admitted', async () => {
    const vdn = await newCampaign();
    const list = [numbered('1'), numbered('2'), numbered('3')];
    const query = '?onInvalid=abort&onDuplicate=abort&onBlocklisted=abort';
    const { id } = await send(vdn, query, list);
    expect(await service.client.finished(id)).toMatchObject({
      state: 'completed',
      policy: { onInvalid: 'abort', onDuplicate: 'abort', onBlocklisted: 'abort', onFull: 'wait' },
      counts: { received: 3, accepted: 3 },
      error: null,
    });
  });

  test('a number that is blocked later is left out, as with skip', async () => {
    const vdn = await newCampaign({ maxIncomplete: 0 });
    const { id } = await send(vdn, '?onBlocklisted=abort', [numbered('1'), numbered('2')]);
    await service.client.inState(id, 'waiting_capacity');
    await service.client.send('POST', `/v1/vdns/${vdn}/blocklist`, {
      json: { numbers: [{ number: '2' }] },
    });
    await service.client.putCampaign(vdn, 1, { maxIncomplete: 10 });
    expect(await service.client.finished(id)).toMatchObject({
      state: 'completed_with_errors',
      counts: { accepted: 1, blocklisted: 1, refused: 0 },
    });
  });
});

describe('dryRun=true', () => {
  test('reports what the real run would, and admits nothing', async () => {
    const vdn = await newCampaign();
    const dry = await send(vdn, '?dryRun=true');
    const counts = { ...COUNTS, accepted: 4, invalid: 1, duplicate: 1, blocklisted: 1 };
    expect(dry).toMatchObject({
      state: 'completed_with_errors',
      dryRun: true,
      counts,
      batches: { total: 3, done: 0 },
      error: null,
    });
    const told = await service.client.receipts(dry.id);
    expect(told.map(({ dataId }) => dataId)).toEqual(Array(7).fill(null));
    expect(await contentsOf(service, vdn)).toMatchObject({ records: 0 });
    await expectBalancedBooks(service.database);

    const { id } = await send(vdn, '');
    const real = await service.client.finished(id);
    expect(real).toMatchObject({ state: dry.state, counts });
    const receipts = await service.client.receipts(id);
    expect(receipts.map((receipt) => ({ ...receipt, dataId: null }))).toEqual(told);
  });

  test('onFull=refuse: what finds no room now is refused', async () => {
    const vdn = await newCampaign({ maxIncomplete: 3 });
    const waiting = await send(vdn, '', [numbered('1')]);
    await service.client.finished(waiting.id);
    const dry = await send(vdn, '?dryRun=true&onFull=refuse');
    expect(dry).toMatchObject({
      state: 'completed_with_errors',
      counts: { accepted: 2, invalid: 1, duplicate: 1, blocklisted: 1, refused: 2 },
    });
    const receipts = await service.client.receipts(dry.id);
    expect(outcomes(receipts)).toEqual([
      'accepted',
      'invalid',
      'accepted',
      'duplicate',
      'refused',
      'blocklisted',
      'refused',
    ]);
    expect(receipts[4]).toMatchObject({ code: '0200020', dataId: null });
    await expectBalancedBooks(service.database);
  });

  test('onFull=refuse: uploads that are before it in the queue take their room first', async () => {
    const vdn = await newCampaign({ admissionIntervalMs: 60_000, maxIncomplete: 6 });
    const list = ['1', '2', '3', '4'].map((number) => numbered(number));
    const ahead = await send(vdn, '', list);
    await service.client.inState(ahead.id, 'running');
    expect(await send(vdn, '?dryRun=true&onFull=refuse', list)).toMatchObject({
      counts: { accepted: 2, refused: 2 },
    });
    await service.client.command(ahead.id, 'pause');
    expect(await send(vdn, '?dryRun=true&onFull=refuse', list)).toMatchObject({
      counts: { accepted: 4, refused: 0 },
    });
  });

  test('onFull=wait: what finds no room now would be admitted when there is', async () => {
    const vdn = await newCampaign({ maxIncomplete: 0 });
    expect(await send(vdn, '?dryRun=true', [numbered('1')])).toMatchObject({
      state: 'completed',
      counts: { accepted: 1, refused: 0 },
    });
  });
});

describe('onFull=refuse', () => {
  test('refuses record by record what does not fit when its batch has its turn', async () => {
    const vdn = await newCampaign({ maxIncomplete: 3 });
    const { id } = await send(vdn, '?onFull=refuse');
    expect(await service.client.finished(id)).toMatchObject({
      state: 'completed_with_errors',
      counts: { ...COUNTS, accepted: 3, invalid: 1, duplicate: 1, blocklisted: 1, refused: 1 },
      batches: { total: 3, done: 3 },
      error: null,
    });
    const receipts = await service.client.receipts(id);
    expect(outcomes(receipts)).toEqual([
      'accepted',
      'invalid',
      'accepted',
      'duplicate',
      'accepted',
      'blocklisted',
      'refused',
    ]);
    expect(receipts[6]).toMatchObject({
      called: '1007',
      dataId: null,
      code: '0200020',
      detail: expect.stringContaining('3'),
    });
    await expectBalancedBooks(service.database);
  });

  test('a batch of which nothing is admitted does not move the clock', async () => {
    const vdn = await newCampaign({ admissionIntervalMs: 60_000, maxIncomplete: 0 });
    const { id } = await send(vdn, '?onFull=refuse', [
      numbered('1'),
      numbered('2'),
      numbered('110'),
      numbered('4'),
    ]);
    expect(await service.client.finished(id)).toMatchObject({
      counts: { received: 4, accepted: 0, blocklisted: 1, refused: 3 },
      batches: { total: 2, done: 2 },
    });
    const campaign = await service.client.get(`/v1/vdns/${vdn}/campaigns/1`);
    expect(campaign.json()).toMatchObject({ nextAdmissionAt: null, incomplete: 0 });
    await expectBalancedBooks(service.database);
  });
});

test.each(['onInvalid=drop', 'onFull=abort', 'dryRun=1', 'dryRun=', 'onBlocklisted=Skip'])(
  '%s is a bad parameter',
  async (query) => {
    const vdn = await newCampaign();
    const path = `/v1/vdns/${vdn}/campaigns/1/uploads?${query}`;
    const headers = { 'content-type': 'application/x-ndjson' };
    const answer = await service.client.send('POST', path, { body: '{}\n', headers });
    expect([answer.status, answer.json()]).toEqual([
      400,
      expect.objectContaining({ place: query.split('=')[0] }),
    ]);
    expect(await contentsOf(service, vdn)).toMatchObject({ uploads: 0 });
  },
);

describe('random uploads under random policies', () => {
  const OF_TWO = ['skip', 'abort'] as const;

  test.each(Array.from({ length: 12 }, (_, index) => index))(
    'the dry run %i says what the real run then does',
    async () => {
      const vdn = await newCampaign({
        batchSize: random.between(1, 7),
        maxIncomplete: random.between(0, 25),
      });
      const list = Array.from({ length: random.between(1, 40) }, () =>
        numbered(
          ...Array.from({ length: random.between(1, 3) }, () =>
            random.pick(['110', 'x', ...Array.from({ length: 40 }, (_, n) => String(n))]),
          ),
        ),
      );
      const query = [
        `?onInvalid=${random.pick(OF_TWO)}&onDuplicate=${random.pick(OF_TWO)}`,
        `&onBlocklisted=${random.pick(OF_TWO)}&onFull=refuse`,
      ].join('');
      const dry = await send(vdn, `${query}&dryRun=true`, list);
      const { id } = await send(vdn, query, list);
      const real = await service.client.finished(id);
      // An aborted real run looks at the blocklist only where it is asked to abort for it.
      const looked = query.includes('onBlocklisted=abort') || real.state !== 'failed';
      if (looked) {
        expect(real).toMatchObject({ state: dry.state, counts: dry.counts, error: dry.error });
        const told = await service.client.receipts(dry.id);
        const receipts = await service.client.receipts(id);
        expect(receipts.map((receipt) => ({ ...receipt, dataId: null }))).toEqual(told);
      } else {
        expect([real.state, real.error]).toEqual([dry.state, dry.error]);
      }
      await expectBalancedBooks(service.database);
    },
  );
});
