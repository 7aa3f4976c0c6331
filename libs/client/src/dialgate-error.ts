import type { Problem } from '#errors';

/**
 * What kind of failure it is:
 *
 * - `refused`: the service answered, and said no;
 * - `network`: no answer, or only a part of one;
 * - `unexpected`: an answer that this client does not understand, so perhaps not the service's.
 */
export type FailureKind = 'refused' | 'network' | 'unexpected';

export interface Failure {
  readonly kind: FailureKind;
  /** Method and path of the request. */
  readonly request: string;
  readonly status?: number | null;
  readonly code?: string | null;
  readonly type?: string | null;
  readonly title: string;
  readonly detail?: string | null;
  readonly place?: string | null;
  readonly retryAfterSeconds?: number | null;
  readonly idempotencyKey?: string | null;
  readonly nothingKept?: boolean;
  readonly mayHaveTakenEffect?: boolean;
}

/** Every failure of a request, whether it was answered or not. Its message holds no credentials. */
export class DialgateError extends Error {
  override readonly name = 'DialgateError';
  readonly kind: FailureKind;
  /** Method and path of the request. */
  readonly request: string;
  /** The HTTP status; null where no answer came. */
  readonly status: number | null;
  /** The interface's code, such as `0200007`; null where none fits. */
  readonly code: string | null;
  /** The kind of problem as a URI (RFC 9457); null where the answer was none. */
  readonly type: string | null;
  readonly title: string;
  readonly detail: string | null;
  /** The offending parameter or member. */
  readonly place: string | null;
  /** For how long the service asks to wait before the next try. */
  readonly retryAfterSeconds: number | null;
  /** The key that the request was sent with: the same request under it is safe to repeat. */
  readonly idempotencyKey: string | null;
  /** Whether the service has answered that this attempt has not taken effect and never will. */
  readonly nothingKept: boolean;
  /** Whether the service may have done what was asked, in one of the attempts, although we have not heard of it. */
  readonly mayHaveTakenEffect: boolean;
  readonly #failure: Failure;

  constructor(failure: Failure, options?: ErrorOptions) {
    super(messageOf(failure), options);
    this.#failure = failure;
    this.kind = failure.kind;
    this.request = failure.request;
    this.status = failure.status ?? null;
    this.code = failure.code ?? null;
    this.type = failure.type ?? null;
    this.title = failure.title;
    this.detail = failure.detail ?? null;
    this.place = failure.place ?? null;
    this.retryAfterSeconds = failure.retryAfterSeconds ?? null;
    this.idempotencyKey = failure.idempotencyKey ?? null;
    this.nothingKept = failure.nothingKept ?? false;
    this.mayHaveTakenEffect = failure.mayHaveTakenEffect ?? false;
  }

  /** The same failure, with more to say about it. */
  with(changes: Partial<Failure>): DialgateError {
    return new DialgateError({ ...this.#failure, ...changes }, { cause: this.cause });
  }

  /** Whether the service could not be reached or hung up. */
  get isNetwork(): boolean {
    return this.kind === 'network';
  }
}

function messageOf({ request, status, code, title, detail }: Failure): string {
  const numbers = [status, code].filter((part) => part !== undefined && part !== null);
  const text = detail ?? title;
  return `${request}: ${numbers.length === 0 ? '' : `${numbers.join(' ')} `}${text}`;
}

/** The error that an answer with an unwanted status stands for. Reads the answer's body. */
export async function errorOf(
  response: Response,
  request: string,
  idempotencyKey: string | null,
): Promise<DialgateError> {
  const problem = readProblem(await response.text());
  const { status } = response;
  const retryAfterSeconds = readRetryAfter(response.headers.get('retry-after'), Date.now());
  if (problem === null) {
    const title = response.statusText === '' ? 'no reason given' : response.statusText;
    const kind = status >= 400 ? 'refused' : 'unexpected';
    return new DialgateError({ kind, request, status, title, retryAfterSeconds, idempotencyKey });
  }
  return new DialgateError({
    kind: 'refused',
    request,
    status,
    ...problem,
    retryAfterSeconds,
    idempotencyKey,
  });
}

type Told = Pick<Failure, 'title'> &
  Partial<Pick<Problem, 'type' | 'detail' | 'code' | 'place' | 'nothingKept'>>;

/** A problem (RFC 9457) or the envelope of the compatible call; null for anything else, such as a proxy's page. */
function readProblem(text: string): Told | null {
  const body = parse(text) as Partial<Problem> & { resultCode?: string; resultDesc?: string };
  if (typeof body.resultCode === 'string') {
    return { title: body.resultDesc ?? body.resultCode, code: body.resultCode };
  }
  if (typeof body.title !== 'string') return null;
  const { title, type, detail, code, place, nothingKept } = body;
  return {
    title,
    ...(type === undefined ? {} : { type }),
    ...(detail === undefined ? {} : { detail }),
    ...(code === undefined ? {} : { code }),
    ...(place === undefined ? {} : { place }),
    ...(nothingKept === true ? { nothingKept } : {}),
  };
}

function parse(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    // Not from the service itself: its status is all that can be told.
    return {};
  }
}

/** `Retry-After` in seconds: a number of them, or a date (RFC 9110, 10.2.3). Null where it is neither, or not there. */
export function readRetryAfter(text: string | null, now: number): number | null {
  if (text === null) return null;
  if (/^\d+$/.test(text)) return Number(text);
  const time = Date.parse(text);
  return Number.isNaN(time) ? null : Math.max(0, Math.ceil((time - now) / 1000));
}
