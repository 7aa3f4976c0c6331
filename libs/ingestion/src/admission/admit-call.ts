import { slotForCall, takesNumbers } from '#domain';
import type { Fault } from '#errors';
import { CODE, within } from '#errors';
import type { Database, LockedCampaign, Transaction, UndecidedBatch } from '#persistence';
import {
  admitBatch,
  findOpenUpload,
  isHeld,
  lockCall,
  readBatch,
  refuseCall,
  reserveSlot,
} from '#persistence';
import { blockedFault } from './blocked.ts';
import { paceOf } from './pace.ts';

/** What came of one attempt to decide a synchronous call. */
export type CallTurn =
  /** It is admitted or refused. */
  | { readonly kind: 'decided' }
  /** It was decided or withdrawn before, or its caller's time is over. Its campaign was not looked at. */
  | { readonly kind: 'gone' }
  /** The slot is `ms` away. */
  | { readonly kind: 'wait'; readonly ms: number }
  /** Somebody holds the campaign; nothing has happened. */
  | { readonly kind: 'held' };

const DECIDED: CallTurn = { kind: 'decided' };

/**
 * Decides a synchronous call: admits it whole, refuses it, or keeps the next slot for it. One transaction, like that of an
 * upload's batch and by the same statement. A refusal touches neither the pacing clock nor the counter.
 *
 * The first of 0200019, 0200022, 0200024 and 0200020 that applies refuses it, in the interface's order.
 */
export async function admitCall(database: Database, callId: string): Promise<CallTurn> {
  try {
    return await database.transaction((tx) => takeTurn(tx, callId));
  } catch (error) {
    if (isHeld(error)) return { kind: 'held' };
    throw error;
  }
}

async function takeTurn(tx: Transaction, callId: string): Promise<CallTurn> {
  const call = await lockCall(tx, callId);
  if (call === undefined) return { kind: 'gone' };
  const { vdnId, campaign } = call;
  if (!takesNumbers(campaign.state)) {
    const params = { state: campaign.state };
    return refuse(tx, callId, { code: CODE.CAMPAIGN_CLOSED, params });
  }
  const { msLeft } = call;
  const campaignId = Number(call.campaignId);
  const slot = slotForCall(await paceOf(tx, campaign, callId), { callId, msLeft });
  if (slot.kind === 'refuse') {
    const retryAfterMs = Math.max(Math.ceil(slot.retryAfterMs), 1);
    const reason = slot.because === 'other' ? { reason: 'anotherCallWaits' } : {};
    const params = { intervalMs: campaign.intervalMs, retryAfterMs, ...reason };
    return refuse(tx, callId, { code: CODE.TOO_FREQUENT, params });
  }
  if (
    slot.kind === 'wait' ||
    (slot.kind === 'yield' && (await batchWaits(tx, vdnId, campaignId)))
  ) {
    // Also where its caller will have given up before: until then it waits, and another call is refused.
    await reserveSlot(tx, vdnId, campaignId, callId);
    return { kind: 'wait', ms: slot.ms };
  }
  return admit(tx, callId, vdnId, campaign);
}

/** Whether an upload can use the slot that is open. */
async function batchWaits(tx: Transaction, vdnId: number, campaignId: number): Promise<boolean> {
  const state = await findOpenUpload(tx, vdnId, campaignId);
  return state === 'queued' || state === 'running';
}

/** What the slot is taken for: the blocklist is read under the campaign's lock, so what was blocked before it counts. */
async function admit(
  tx: Transaction,
  callId: string,
  vdnId: number,
  campaign: LockedCampaign,
): Promise<CallTurn> {
  const batch = await readBatch(tx, callId, 1, vdnId);
  if (batch === undefined) throw new Error(`call ${callId} has no batch`);
  const fault = faultOf(campaign, batch);
  if (fault !== null) return refuse(tx, callId, fault);
  await admitBatch(tx, {
    batchId: batch.id,
    uploadId: callId,
    mode: 'sync',
    first: 0,
    end: batch.size,
    accepted: batch.size,
    rejected: [],
  });
  return DECIDED;
}

function faultOf(campaign: LockedCampaign, batch: UndecidedBatch): Fault | null {
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

async function refuse(tx: Transaction, callId: string, fault: Fault): Promise<CallTurn> {
  await refuseCall(tx, callId, fault);
  return DECIDED;
}
