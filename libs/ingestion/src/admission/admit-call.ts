import { slotForCall, takesNumbers } from '#domain';
import type { Fault } from '#errors';
import { CODE, within } from '#errors';
import type { Database, LockedCampaign, Transaction, UndecidedBatch } from '#persistence';
import { admitBatch, lockCall, refuseCall, reserveSlot } from '#persistence';
import { blockedFault } from './blocked.ts';
import { IDLE } from './turn.ts';
import type { Turn } from './turn.ts';

/**
 * Decides a synchronous call: admits it whole, refuses it, or keeps the next slot for it. One transaction, like that of an
 * upload's batch and by the same statement. A refusal touches neither the pacing clock nor the counter.
 */
export function admitCall(database: Database, callId: string): Promise<Turn> {
  return database.transaction((tx) => takeTurn(tx, callId));
}

async function takeTurn(tx: Transaction, callId: string): Promise<Turn> {
  const call = await lockCall(tx, callId);
  if (call === undefined) return IDLE;
  const { batch, campaign } = call;
  const campaignId = Number(call.campaignId);
  const slot = slotForCall(campaign, callId);
  if (takesNumbers(campaign.state) && slot.kind === 'wait') {
    // A slot that comes after its caller has given up it could only keep from others.
    if (slot.ms < call.msLeft) await reserveSlot(tx, call.vdnId, campaignId, callId);
    return { kind: 'wait', ms: slot.ms };
  }
  const fault = faultOf(campaign, slot.kind === 'refuse' ? slot.retryAfterMs : null, batch);
  if (fault !== null) {
    await refuseCall(tx, callId, fault);
    return { kind: 'refused', fault };
  }
  const admitted = await admitBatch(tx, {
    batchId: batch.id,
    uploadId: callId,
    mode: 'sync',
    first: 0,
    end: batch.size,
    accepted: batch.size,
    rejected: [],
  });
  return { kind: 'admitted', accepted: batch.size, ms: admitted.msUntilSlot };
}

/** The first of 0200019, 0200022, 0200024 and 0200020 that applies, in the interface's order. */
function faultOf(
  campaign: LockedCampaign,
  retryAfterMs: number | null,
  batch: UndecidedBatch,
): Fault | null {
  if (!takesNumbers(campaign.state)) {
    return { code: CODE.CAMPAIGN_CLOSED, params: { state: campaign.state } };
  }
  if (retryAfterMs !== null) {
    return {
      code: CODE.TOO_FREQUENT,
      params: {
        intervalMs: campaign.intervalMs,
        retryAfterMs: Math.max(Math.ceil(retryAfterMs), 1),
      },
    };
  }
  const blocked = batch.blocked[0];
  if (blocked !== undefined) {
    const [place, index] = blocked;
    return within(blockedFault(index), `callDataList[${place}]`);
  }
  if (campaign.incomplete + batch.size > campaign.maxIncomplete) {
    return { code: CODE.CAMPAIGN_FULL, params: { max: campaign.maxIncomplete } };
  }
  return null;
}
