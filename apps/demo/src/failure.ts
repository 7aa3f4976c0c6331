/** Why the demo did not come to its end. */
export class DemoFailedError extends Error {
  override readonly name = 'DemoFailedError';
  readonly exitCode = 1;

  constructor(cause: unknown) {
    super(`The demo failed: ${explain(cause)}`);
  }
}

/** An error's message with those of what caused it: `fetch failed` alone explains nothing. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner = error instanceof AggregateError ? (error.errors as unknown[]) : [error.cause];
  const causes = inner.filter((cause) => cause !== undefined).map(explain);
  return [error.message, ...causes].filter((text) => text !== '').join(': ');
}
