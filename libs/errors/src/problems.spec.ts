import { expect, test } from '@jest/globals';
import type { ProblemKind } from './problems.ts';
import { ProblemError, PROBLEMS, toProblem } from './problems.ts';

test('a code as a problem', () => {
  const fault = { code: '02000003', place: 'caller', params: { max: 24 } } as const;
  expect(toProblem(fault, 'en_US')).toEqual({
    type: 'urn:dialgate:code:02000003',
    title: 'too long',
    status: 400,
    detail: 'caller: longer than 24 characters',
    code: '02000003',
    place: 'caller',
  });
});

test('a problem without a code', () => {
  const fault = {
    problem: 'BAD_PARAMETER',
    place: 'limit',
    params: { min: 1, max: 1000 },
  } as const;
  expect(toProblem(fault, 'zh_CN')).toEqual({
    type: 'urn:dialgate:problem:bad-parameter',
    title: '请求参数不正确',
    status: 400,
    detail: 'limit: 必须是 1 到 1000 的整数',
    place: 'limit',
  });
  expect(new ProblemError(fault).message).toBe('limit: must be a whole number from 1 to 1000');
});

test('401 has one body, whoever reads it', () => {
  expect(toProblem({ problem: 'UNAUTHORIZED' }, 'zh_CN')).toEqual({
    type: 'urn:dialgate:problem:unauthorized',
    title: 'Unauthorized',
    status: 401,
    detail: 'valid credentials are needed',
  });
  expect(toProblem({ problem: 'UNAUTHORIZED' }, 'en_US')).toEqual(
    toProblem({ problem: 'UNAUTHORIZED' }, 'zh_CN'),
  );
});

test.each([
  [{ maxRecords: 1000000 }, 'more than 1000000 records; nothing was kept'],
  [{ maxLineBytes: 65536 }, 'a line of more than 65536 bytes; nothing was kept'],
  [{ maxBytes: 16777216 }, 'more than 16777216 bytes; nothing was kept'],
])('what is too large: %j', (params, detail) => {
  expect(toProblem({ problem: 'TOO_LARGE', params }, 'en_US')).toMatchObject({
    status: 413,
    detail,
  });
});

test.each([
  [undefined, 'the database is not available; nothing of this call was kept, try again later'],
  [
    { waitedMs: 10000 },
    'no verdict within 10000 ms; the call was withdrawn and nothing of it was kept, try again later',
  ],
  [
    { outcome: 'unknownOutcome' },
    'the database failed; whether this call took effect is not known; repeated with the same Idempotency-Key it takes effect once',
  ],
])('what became of a call when the database failed it: %j', (params, detail) => {
  const fault = { code: '0200006', ...(params && { params }) } as const;
  expect(toProblem(fault, 'en_US')).toMatchObject({ status: 503, detail });
});

test('that nothing was kept is told to programs where it is certain', () => {
  const fault = { code: '0200006', params: { waitedMs: 1 } } as const;
  expect(toProblem({ ...fault, nothingKept: true }, 'zh_CN')).toEqual({
    ...toProblem(fault, 'zh_CN'),
    nothingKept: true,
  });
  expect(toProblem(fault, 'zh_CN')).not.toHaveProperty('nothingKept');
});

const statuses: Record<ProblemKind, number> = {
  BAD_PARAMETER: 400,
  BROKEN_CONTAINER: 400,
  BROKEN_REQUEST: 400,
  EMPTY_UPLOAD: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  NOT_ACCEPTABLE: 406,
  REQUEST_TIMEOUT: 408,
  STATE_CONFLICT: 409,
  IDEMPOTENCY_KEY_IN_USE: 409,
  GONE: 410,
  TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  EXPECTATION_FAILED: 417,
  IDEMPOTENCY_KEY_REUSED: 422,
  HEADERS_TOO_LARGE: 431,
  INTERNAL: 500,
  NOT_IMPLEMENTED: 501,
  UNAVAILABLE: 503,
};

test('every kind has its status', () => {
  expect(
    Object.fromEntries(Object.entries(PROBLEMS).map(([kind, { status }]) => [kind, status])),
  ).toEqual(statuses);
});
