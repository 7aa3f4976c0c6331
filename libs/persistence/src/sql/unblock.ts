import type { Transaction } from '../database.ts';
import { Statement } from './statement.ts';

const statement = new Statement(
  'unblock',
  `DELETE FROM blocklist
    WHERE vdn_id = $1 AND number = $2 AND (expires_at IS NULL OR expires_at > clock_timestamp())`,
);

/** Takes a number off a blocklist that is locked. False: it was not blocked, or its time was over. */
export async function unblock(tx: Transaction, vdnId: number, number: string): Promise<boolean> {
  return (await statement.count(tx, [vdnId, number])) === 1;
}
