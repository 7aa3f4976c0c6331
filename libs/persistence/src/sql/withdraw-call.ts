import type { Fault } from '#errors';
import type { Queryable } from '../database.ts';
import { MS_UNTIL_SLOT } from './lock-campaign.ts';
import { Statement } from './statement.ts';

const statement = new Statement<{ fault: Fault | null; msUntilSlot: number }>(
  'withdraw_call',
  `DELETE FROM uploads u
    USING campaigns c
    WHERE u.id = $1 AND u.mode = 'sync' AND u.state = 'receiving'
      AND c.vdn_id = u.vdn_id AND c.id = u.campaign_id
RETURNING u.fault, ${MS_UNTIL_SLOT} AS "msUntilSlot"`,
);

export type Withdrawal =
  /** No worker had decided it, and none will. The campaign's next slot is so many ms away; zero or less: it is open. */
  | { readonly kind: 'withdrawn'; readonly msUntilSlot: number }
  /** It was refused before, which also left nothing behind. */
  | { readonly kind: 'refused'; readonly fault: Fault }
  /** It was admitted before, or withdrawn before: the verdict says which. */
  | { readonly kind: 'too_late' };

/**
 * Takes back a synchronous call, unless it was admitted. A worker that is deciding it at this moment holds its lock: the
 * removal waits, and then finds the decision.
 */
export async function withdrawCall(on: Queryable, callId: string): Promise<Withdrawal> {
  const row = await statement.row(on, [callId]);
  if (row === undefined) return { kind: 'too_late' };
  const { fault, msUntilSlot } = row;
  return fault === null ? { kind: 'withdrawn', msUntilSlot } : { kind: 'refused', fault };
}
