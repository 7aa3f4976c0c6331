/** An error as it may be logged. */
export interface LoggableError {
  readonly name: string;
  /** Absent where the message may quote data. */
  readonly message?: string;
  /** Postgres's or Node's own code for it. */
  readonly code?: string;
  readonly constraint?: string;
  /** The stack without the message. */
  readonly at?: string;
  readonly cause?: LoggableError;
}

/**
 * Makes an error loggable. Postgres and Prisma quote values in their messages (a duplicate key, a bad input), so of their
 * errors only names and codes are kept; those of Node's network layer and our own hold none.
 */
export function loggable(error: unknown): LoggableError {
  if (!(error instanceof Error)) return { name: typeof error };
  const { code, constraint } = error as { code?: unknown; constraint?: unknown };
  return {
    name: error.name,
    ...(quotesData(error) ? {} : { message: error.message }),
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof constraint === 'string' ? { constraint } : {}),
    ...(error.stack === undefined ? {} : { at: framesOf(error.stack) }),
    ...(error.cause === undefined ? {} : { cause: loggable(error.cause) }),
  };
}

/** Postgres's errors carry a severity; Prisma's and the JSON parser's are known by their names. */
function quotesData(error: Error): boolean {
  return 'severity' in error || error.name.startsWith('Prisma') || error instanceof SyntaxError;
}

function framesOf(stack: string): string {
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .map((line) => line.trim())
    .join('\n');
}
