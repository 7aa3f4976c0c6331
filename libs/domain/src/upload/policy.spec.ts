import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CODE } from '#errors';
import type { LineFault, ReceivedUpload, UploadPolicy } from './policy.ts';
import { asksForBlocklist, DEFAULT_POLICY, applyPolicy } from './policy.ts';
import { SKIP_OR_ABORT, WAIT_OR_REFUSE } from '#wire';

const INVALID: LineFault = {
  line: 17,
  fault: { code: CODE.TOO_LONG, place: 'called[0].calledNo' },
};
const DUPLICATE: LineFault = {
  line: 5,
  fault: { code: CODE.DUPLICATE_NUMBER, place: 'called[1].calledNo' },
};
const BLOCKED: LineFault = {
  line: 9,
  fault: { code: CODE.BLOCKLISTED, place: 'called[0].calledNo' },
};

const CLEAN: ReceivedUpload = {
  received: 10,
  invalid: 0,
  duplicate: 0,
  blocklisted: 0,
  refused: 0,
  firstInvalid: null,
  firstDuplicate: null,
  firstBlocklisted: null,
};
const SPOILT: ReceivedUpload = {
  ...CLEAN,
  invalid: 1,
  duplicate: 2,
  blocklisted: 3,
  firstInvalid: INVALID,
  firstDuplicate: DUPLICATE,
  firstBlocklisted: BLOCKED,
};
const NOTHING_LEFT = { ...SPOILT, received: 6 };
const FULL = { ...CLEAN, refused: 4 };

const at = ({ line, fault }: LineFault) => ({
  ...fault,
  place: `line ${line}, ${fault.place ?? ''}`,
});

const CASES: [
  what: string,
  ReceivedUpload,
  Partial<UploadPolicy>,
  ReturnType<typeof applyPolicy>,
][] = [
  ['is queued', CLEAN, {}, { state: 'queued', accepted: 0, refused: 0, error: null }],
  [
    'is queued though records are left out',
    SPOILT,
    {},
    { state: 'queued', accepted: 0, refused: 0, error: null },
  ],
  [
    'has ended with nothing left',
    NOTHING_LEFT,
    {},
    { state: 'completed_with_errors', accepted: 0, refused: 0, error: null },
  ],
  [
    'fails by an invalid record',
    SPOILT,
    { onInvalid: 'abort' },
    { state: 'failed', accepted: 0, refused: 4, error: at(INVALID) },
  ],
  [
    'fails by a duplicate',
    SPOILT,
    { onDuplicate: 'abort' },
    { state: 'failed', accepted: 0, refused: 4, error: at(DUPLICATE) },
  ],
  [
    'fails by a blocked number',
    SPOILT,
    { onBlocklisted: 'abort' },
    { state: 'failed', accepted: 0, refused: 4, error: at(BLOCKED) },
  ],
  [
    'fails by the first of them in the order of lines',
    SPOILT,
    { onInvalid: 'abort', onBlocklisted: 'abort' },
    { state: 'failed', accepted: 0, refused: 4, error: at(BLOCKED) },
  ],
  [
    'fails in a dry run too',
    SPOILT,
    { onInvalid: 'abort', dryRun: true },
    { state: 'failed', accepted: 0, refused: 4, error: at(INVALID) },
  ],
  [
    'fails with nothing left',
    NOTHING_LEFT,
    { onDuplicate: 'abort' },
    { state: 'failed', accepted: 0, refused: 0, error: at(DUPLICATE) },
  ],
  [
    'does not fail by what it does not have',
    CLEAN,
    { onInvalid: 'abort', onDuplicate: 'abort', onBlocklisted: 'abort' },
    { state: 'queued', accepted: 0, refused: 0, error: null },
  ],
  [
    'a dry run completes',
    CLEAN,
    { dryRun: true },
    { state: 'completed', accepted: 10, refused: 0, error: null },
  ],
  [
    'a dry run reports what is left out',
    SPOILT,
    { dryRun: true },
    { state: 'completed_with_errors', accepted: 4, refused: 0, error: null },
  ],
  [
    'a dry run reports what finds no room',
    FULL,
    { dryRun: true, onFull: 'refuse' },
    { state: 'completed_with_errors', accepted: 6, refused: 4, error: null },
  ],
];

test.each(CASES)('an upload %s', (_what, upload, policy, expected) => {
  expect(applyPolicy(upload, { ...DEFAULT_POLICY, ...policy })).toEqual(expected);
});

test('a record that is no object has a line and no place in it', () => {
  const firstInvalid = { line: 3, fault: { code: CODE.NOT_CONVERTIBLE } };
  const upload = { ...CLEAN, invalid: 1, firstInvalid };
  const { error } = applyPolicy(upload, { ...DEFAULT_POLICY, onInvalid: 'abort' });
  expect(error).toEqual({ code: CODE.NOT_CONVERTIBLE, place: 'line 3' });
});

const policies = fc.record({
  onInvalid: fc.constantFrom(...SKIP_OR_ABORT),
  onDuplicate: fc.constantFrom(...SKIP_OR_ABORT),
  onBlocklisted: fc.constantFrom(...SKIP_OR_ABORT),
  onFull: fc.constantFrom(...WAIT_OR_REFUSE),
  dryRun: fc.boolean(),
});

const fault = (count: number, found: LineFault): LineFault | null => (count > 0 ? found : null);

const uploads = fc
  .record({
    invalid: fc.nat(3),
    duplicate: fc.nat(3),
    blocklisted: fc.nat(3),
    refused: fc.nat(3),
    others: fc.nat(3),
  })
  .map(({ invalid, duplicate, blocklisted, refused, others }): ReceivedUpload => ({
    received: invalid + duplicate + blocklisted + refused + others,
    invalid,
    duplicate,
    blocklisted,
    refused,
    firstInvalid: fault(invalid, INVALID),
    firstDuplicate: fault(duplicate, DUPLICATE),
    firstBlocklisted: fault(blocklisted, BLOCKED),
  }));

describe('whatever comes in, under whatever policy', () => {
  test('an upload that has ended has nothing pending, one that is queued has', () => {
    fc.assert(
      fc.property(uploads, policies, (upload, policy) => {
        const { state, accepted, refused } = applyPolicy(upload, policy);
        const { received, invalid, duplicate, blocklisted } = upload;
        const pending = received - invalid - duplicate - blocklisted - accepted - refused;
        expect(pending > 0).toBe(state === 'queued');
        if (state !== 'queued') expect(pending).toBe(0);
      }),
    );
  });

  test('it fails exactly when it has what it is to be aborted for, and then accepts nothing', () => {
    fc.assert(
      fc.property(uploads, policies, (upload, policy) => {
        const { state, accepted, error } = applyPolicy(upload, policy);
        const isAborted =
          (policy.onInvalid === 'abort' && upload.invalid > 0) ||
          (policy.onDuplicate === 'abort' && upload.duplicate > 0) ||
          (policy.onBlocklisted === 'abort' && upload.blocklisted > 0);
        expect([state === 'failed', error !== null]).toEqual([isAborted, isAborted]);
        if (isAborted) expect(accepted).toBe(0);
      }),
    );
  });

  test('the blocklist is looked at before the seal where abort or a report asks for it', () => {
    fc.assert(
      fc.property(policies, (policy) => {
        expect(asksForBlocklist(policy)).toBe(policy.dryRun || policy.onBlocklisted === 'abort');
      }),
    );
  });
});
