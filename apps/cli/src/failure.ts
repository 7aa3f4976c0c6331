import { DialgateError, SourceError } from '#client';
import { CODE } from '#errors';
import { EXIT, exitCodeOf } from '#lifecycle';

/** Some of the records, or numbers, were not accepted. */
export const EXIT_NOT_ALL = 3;

/** The upload was accepted, or may have been. */
const EXIT_NOT_ANEW = 4;

/** A failure after which records must not be sent as a new upload: they could be called twice. */
export class NotAnewError extends Error {
  override readonly name = 'NotAnewError';
  readonly exitCode = EXIT_NOT_ANEW;

  constructor(cause: unknown) {
    super(explain(cause), { cause });
  }
}

/** Of a service that cannot be reached, or whose own servers do not answer. */
const AWAY = new Set([502, 503, 504]);

export function exitCodeFor(error: unknown): number {
  if (error instanceof SourceError) return EXIT.failed;
  if (!(error instanceof DialgateError)) return exitCodeOf(error);
  const isAway = error.isNetwork || (error.status !== null && AWAY.has(error.status));
  return isAway ? EXIT.unavailable : EXIT.failed;
}

/** What went wrong, and what to do about it. */
export function explain(error: unknown): string {
  if (error instanceof DialgateError) return [error.message, ...hints(error)].join('\n');
  if (error instanceof SourceError) return `${error.message}${causeOf(error)}`;
  return error instanceof Error ? error.message : String(error);
}

function causeOf({ cause }: Error): string {
  return cause instanceof Error ? `: ${cause.message}` : '';
}

function hints(error: DialgateError): string[] {
  if (error.isNetwork) {
    return ['Is the service running, and does DIALGATE_URL (or --url) lead to it?'];
  }
  if (error.code !== null && error.code in BY_CODE) return [BY_CODE[error.code] ?? ''];
  if (error.status !== null && error.status in BY_STATUS) return [BY_STATUS[error.status] ?? ''];
  if (error.kind === 'unexpected') return ['Does DIALGATE_URL (or --url) lead to dialgate?'];
  return [];
}

const BY_CODE: Readonly<Record<string, string>> = {
  [CODE.DATABASE_ERROR]: 'The service has lost its database for now: try again in a while.',
  [CODE.CAMPAIGN_NOT_FOUND]:
    'Look at the campaigns with `dialgate campaign list`, or make it with `campaign put`.',
  [CODE.CAMPAIGN_CLOSED]: 'Open the campaign with `dialgate campaign put … --state running`.',
};

const BY_STATUS: Readonly<Record<number, string>> = {
  401:
    'Check DIALGATE_TOKEN, or DIALGATE_ACCESS_KEY and DIALGATE_SECRET_KEY: is the key revoked or expired? ' +
    'A signature also needs a clock that is right.',
  403: 'The key lacks the role for this, or belongs to another VDN: an admin can make one with `dialgate keys create`.',
  404: 'Check the ID: things of another VDN are not found either.',
  422: 'The Idempotency-Key belongs to another request: leave --idempotency-key away, or name another one.',
};
