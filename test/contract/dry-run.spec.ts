import { expect, test } from '@jest/globals';
import { SKIP_OR_ABORT, WAIT_OR_REFUSE } from '#wire';
import type { Receipt, UploadView } from '../support/api-client.ts';
import { unpaced } from '../support/factories.ts';
import { expectBalancedBooks } from '../support/ledger.ts';
import { seededRandom } from '../support/random.ts';
import { newVdn, useService } from './service.ts';

const service = useService();
const random = seededRandom();

const ROUNDS = 25;

/** A record that may be invalid, a duplicate, or blocked: few numbers, so that they meet. */
function anyRecord(): unknown {
  if (random.between(1, 12) === 1) return random.pick([null, {}, { called: [{ calledNo: 'x' }] }]);
  const called = Array.from({ length: random.between(1, 2) }, () => ({
    calledNo: String(random.between(1, 60)),
  }));
  return { called, sessionId: `s${random.between(1, 3)}` };
}

const restOf = ({ blocklisted, refused, ...counts }: UploadView['counts']): object => ({
  ...counts,
  rest: blocklisted + refused,
});

test('on an idle campaign an upload becomes what its dry run says, whatever its policy', async () => {
  const ends = new Set<string>();
  for (let round = 1; round <= ROUNDS; round++) {
    const vdn = newVdn();
    const list = Array.from({ length: random.between(1, 25) }, anyRecord);
    const onFull = random.pick(WAIT_OR_REFUSE);
    await service.client.putCampaign(
      vdn,
      1,
      unpaced({
        batchSize: random.between(1, 6),
        ...(onFull === 'refuse' ? { maxIncomplete: random.between(0, 20) } : {}),
      }),
    );
    const numbers = Array.from({ length: random.between(0, 6) }, () => ({
      number: String(random.between(1, 60)),
    }));
    if (numbers.length > 0) {
      await service.client.send('POST', `/v1/vdns/${vdn}/blocklist`, { json: { numbers } });
    }
    const skipOrAbort = (): string => random.pick([...SKIP_OR_ABORT, 'skip', 'skip']);
    const query = `?onInvalid=${skipOrAbort()}&onDuplicate=${skipOrAbort()}&onBlocklisted=${skipOrAbort()}&onFull=${onFull}`;

    const dry = await service.client.upload(vdn, 1, list, `${query}&dryRun=true`);
    const real = await service.client.finished(
      (await service.client.upload(vdn, 1, list, query)).id,
    );
    const told = await service.client.receipts(dry.id);
    const receipts = await service.client.receipts(real.id);

    const what = `round ${round}: ${query}`;
    expect([what, dry.state, dry.error]).toEqual([what, real.state, real.error]);
    expect([what, dry.startedAt, dry.batches.done]).toEqual([what, null, 0]);
    // The one thing a dry run says beyond it: which numbers are blocked, where the upload is given up for something else.
    const saysMore = real.state === 'failed' && query.includes('onBlocklisted=skip');
    const plain = ({ outcome }: Receipt): boolean => !saysMore || outcome !== 'blocklisted';
    const lines = new Set(told.filter(plain).map(({ line }) => line));
    expect([what, restOf(dry.counts)]).toEqual([what, restOf(real.counts)]);
    if (!saysMore) expect([what, dry.counts]).toEqual([what, real.counts]);
    expect([what, told.filter(plain)]).toEqual([
      what,
      receipts
        .filter(({ line }) => lines.has(line))
        .map((receipt) => ({ ...receipt, dataId: null })),
    ]);
    ends.add(real.state);
  }
  expect(ends).toContain('completed_with_errors');
  await expectBalancedBooks(service.database);
});
