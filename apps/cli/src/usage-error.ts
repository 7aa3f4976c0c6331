import { EXIT } from '#lifecycle';

/** What was typed is wrong. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly exitCode = EXIT.usage;
}
