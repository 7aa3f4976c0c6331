import type { CodeKey, Fault, Locale, Params, ProblemFault, ProblemKind } from '#errors';
import { PROBLEMS, REGISTRY, toProblem } from '#errors';
import { header, schema } from './types.ts';
import type { Example, Examples, Ref, Response, Responses } from './types.ts';

/** What can go wrong: a code of the interface's table, or a problem that has none. */
export type Trouble = CodeKey | ProblemKind;

interface Circumstances {
  readonly place?: string;
  readonly params?: Params;
}

/** Places and limits that examples speak of, where an operation says nothing else. */
export type ExamplePlaces = Readonly<Partial<Record<Trouble, Circumstances>>>;

const NUMBER = 'callDataList[3].called[0].calledNo';

const EXAMPLE_PLACES: ExamplePlaces = {
  PARAMETER_ERROR: { place: 'expiresAt', params: { expected: 'rfc3339' } },
  DUPLICATE_NUMBER: { place: NUMBER },
  CAMPAIGN_CLOSED: { params: { state: 'completed' } },
  CAMPAIGN_FULL: { params: { max: 200_000 } },
  TOO_FREQUENT: { params: { intervalMs: 1_000 } },
  BLOCKLISTED: { place: NUMBER },
  TOO_MANY_RECORDS: { place: 'callDataList', params: { max: 20 } },
  TIME_FORMAT: { place: 'callDataList[3].recycleTime' },
  MISSING: { place: NUMBER },
  INVALID_CHARACTERS: { place: NUMBER, params: { allowed: 'phoneCharacters' } },
  TOO_LONG: { place: NUMBER, params: { max: 24 } },
  TOO_SHORT: { place: NUMBER, params: { min: 5 } },
  LENGTH_OUT_OF_RANGE: { place: 'Idempotency-Key', params: { min: 1, max: 255 } },
  WRONG_TYPE: { place: 'vdnId', params: { expected: 'integer' } },
  WRONG_VALUE: { place: 'vdnId', params: { min: 1, max: 9_999 } },
  NOT_CONVERTIBLE: { place: 'body', params: { expected: 'json' } },
  WRONG_COMBINATION: {
    place: 'callDataList[3].called[0].type',
    params: { reason: 'typeRequired' },
  },
  HOUR_WITHOUT_MINUTE: { place: 'callDataList[3].recycleTime' },
  TOO_MANY_ITEMS: { place: 'callDataList[3].called', params: { max: 10 } },
  BAD_PARAMETER: { place: 'verbose' },
  BROKEN_CONTAINER: { params: { expected: 'gzip' } },
  NOT_FOUND: { place: 'uploadId' },
  TOO_LARGE: { params: { maxBytes: 16 * 1024 * 1024 } },
  UNSUPPORTED_MEDIA_TYPE: { params: { allowed: 'application/json' } },
};

/** Header fields of problems, by status. */
const HEADER_NAMES: Readonly<Record<number, readonly string[]>> = {
  401: ['WWW-Authenticate'],
  415: ['Accept-Encoding'],
  429: ['Retry-After', 'RateLimit-Policy', 'RateLimit'],
  503: ['Retry-After'],
};

/** A trouble as the fault that would be told, at a place where it can come up. */
export function faultOf(trouble: Trouble, places: ExamplePlaces = {}): Fault | ProblemFault {
  const circumstances = { ...(places[trouble] ?? EXAMPLE_PLACES[trouble]) };
  return isCode(trouble)
    ? { code: REGISTRY[trouble].code, ...circumstances }
    : { problem: trouble, ...circumstances };
}

/** The answers to troubles as problems (RFC 9457), one for each status, with an example for each trouble. */
export function problemResponses(
  troubles: readonly Trouble[],
  places: ExamplePlaces = {},
  locale: Locale = 'en_US',
): Responses {
  const distinct = Array.from(new Set(troubles));
  return Object.fromEntries(
    Array.from(new Set(distinct.map(statusOf)), (status): [string, Response] => {
      const kinds = distinct.filter((trouble) => statusOf(trouble) === status);
      return [String(status), problemResponse(kinds, HEADER_NAMES[status] ?? [], places, locale)];
    }),
  );
}

/** The same answers, which may have these header fields as well. */
export function alsoWith(responses: Responses, ...names: string[]): Responses {
  return Object.fromEntries(
    Object.entries(responses).map(([status, response]) => [
      status,
      { ...response, headers: { ...response.headers, ...headersNamed(...names) } },
    ]),
  );
}

/** What any operation may answer, and no operation is about. */
export function otherProblems(): Responses {
  const kinds = [
    'BROKEN_REQUEST',
    'REQUEST_TIMEOUT',
    'EXPECTATION_FAILED',
    'HEADERS_TOO_LARGE',
    'INTERNAL',
    'NOT_IMPLEMENTED',
  ] as const;
  return { default: problemResponse(kinds, [], {}, 'en_US') };
}

function problemResponse(
  troubles: readonly Trouble[],
  headers: readonly string[],
  places: ExamplePlaces,
  locale: Locale,
): Response {
  return {
    description: troubles.map((trouble) => `- ${titleOf(trouble)}`).join('\n'),
    ...(headers.length === 0 ? {} : { headers: headersNamed(...headers) }),
    content: {
      'application/problem+json': {
        schema: schema('Problem'),
        examples: problemExamples(troubles, places, locale),
      },
    },
  };
}

function problemExamples(
  troubles: readonly Trouble[],
  places: ExamplePlaces,
  locale: Locale,
): Examples {
  return Object.fromEntries(
    troubles.map((trouble): [string, Example] => [
      nameOf(trouble),
      { summary: titleOf(trouble), value: toProblem(faultOf(trouble, places), locale) },
    ]),
  );
}

export const headersNamed = (...names: string[]): Readonly<Record<string, Ref>> =>
  Object.fromEntries(names.map((name) => [name, header(name)]));

export function titleOf(trouble: Trouble): string {
  if (!isCode(trouble)) return PROBLEMS[trouble].title.en_US;
  const { code, text } = REGISTRY[trouble];
  return `${code}: ${text.en_US}`;
}

/** How an example is called: the code, or the end of the problem's type. */
function nameOf(trouble: Trouble): string {
  return toProblem(faultOf(trouble), 'en_US').type.split(':').at(-1) ?? trouble;
}

function statusOf(trouble: Trouble): number {
  return isCode(trouble) ? REGISTRY[trouble].status : PROBLEMS[trouble].status;
}

function isCode(trouble: Trouble): trouble is CodeKey {
  return Object.hasOwn(REGISTRY, trouble);
}
