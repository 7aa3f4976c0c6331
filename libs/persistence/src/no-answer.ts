import pTimeout from 'p-timeout';

/**
 * How long, in ms, the answer to a statement is waited for. On a connection whose other end has gone without a word none
 * would ever come, and whoever waits would hold a request, a lane or a stop back for good. More than a statement of ours
 * takes, and than it may wait for a lock; those that take longer say so (see StatementOptions).
 */
export const ANSWER_MS = 10_000;

/** What node-postgres says of a statement that was not answered in time. */
const UNANSWERED = 'Query read timeout';

/** The database has not answered in time. What it was asked for may have happened, or happen yet. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';

  constructor(ms: number) {
    super(`the database gave no answer within ${Math.round(ms)} ms`);
  }
}

/** Whether an error says that the database has not answered in time. */
export function isUnanswered(error: unknown): boolean {
  return error instanceof NoAnswerError || (error instanceof Error && error.message === UNANSWERED);
}

/**
 * What the database answers to some work, if it does so within `ms`. Later the work goes on, to its own end, and nobody hears
 * of it.
 *
 * @throws NoAnswerError when the time is over
 */
export function answeredWithin<T>(ms: number, work: Promise<T>): Promise<T> {
  const milliseconds = Math.max(ms, 1);
  return pTimeout(work, { milliseconds, message: new NoAnswerError(milliseconds) });
}
