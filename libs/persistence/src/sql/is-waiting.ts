import type { Queryable } from '../database.ts';
import { Statement } from './statement.ts';

const statement = new Statement<{ id: string }>(
  'is_waiting',
  `SELECT id
     FROM uploads
    WHERE id = $1 AND mode = 'sync' AND state = 'receiving' AND receiving_until > clock_timestamp()`,
);

/** Whether a synchronous call is there undecided, and its caller's time is not over. */
export async function isWaiting(on: Queryable, callId: string): Promise<boolean> {
  return (await statement.row(on, [callId])) !== undefined;
}
