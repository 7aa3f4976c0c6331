import { pino } from 'pino';
import type { Logger } from 'pino';
import { loggable } from './loggable.ts';

export type { Logger };

/**
 * The program's log: one JSON object a line on standard error, where it does not mix with what a command prints. Errors
 * go in as `err` and are stripped of whatever may hold phone numbers or call data.
 */
export function createLogger(level: string, name: string): Logger {
  return pino(
    { name, level, serializers: { err: loggable } },
    pino.destination({ dest: 2, sync: true }),
  );
}
