/** What a program's end says, by the program's contract. */
export const EXIT = {
  done: 0,
  failed: 1,
  /** Wrong usage or settings. */
  usage: 2,
  /** A server that is needed does not answer (EX_TEMPFAIL of sysexits.h: it may be worth another try). */
  unavailable: 75,
} as const;

/** Node's codes for a server that cannot be reached or that hangs up. */
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
]);

/** PostgreSQL's: class 08 (connection), too many connections, shutting down, starting up. */
const NOT_SERVING = /^(08[0-9A-Z]{3}|53300|57P0[123])$/;

/** What node-postgres says, without a code, of a server that hangs up or says nothing, also in the middle of a start. */
const NO_ANSWER =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout$)/;

/**
 * The exit code for what ended a program. An error may carry its own as `exitCode`; one that says that a server does not
 * answer, itself or through what caused it, ends with 75; all others with 1.
 */
export function exitCodeOf(error: unknown): number {
  for (const link of chain(error)) {
    const { exitCode, code } = link as { exitCode?: unknown; code?: unknown };
    if (typeof exitCode === 'number') {
      return exitCode;
    }
    if (typeof code === 'string' && (UNREACHABLE.has(code) || NOT_SERVING.test(code))) {
      return EXIT.unavailable;
    }
    if (link instanceof Error && NO_ANSWER.test(link.message)) {
      return EXIT.unavailable;
    }
  }
  return EXIT.failed;
}

/** An error and its causes, outermost first; of several at once (one for each address of a host) the first one's. */
function* chain(error: unknown): Generator<object> {
  const seen = new Set<unknown>();
  for (let link = error; typeof link === 'object' && link !== null && !seen.has(link);) {
    yield link;
    seen.add(link);
    const { cause, errors } = link as { cause?: unknown; errors?: unknown };
    link = cause ?? (Array.isArray(errors) ? (errors[0] as unknown) : undefined);
  }
}
