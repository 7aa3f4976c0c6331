import { fitBatch, slotForBatch, takesNumbers } from '#domain';
import { CODE } from '#errors';
import type { Fault } from '#errors';
import type { Database, RejectedPlace, Transaction, UndecidedBatch } from '#persistence';
import {
  admitBatch,
  lockCampaign,
  lockOpenUpload,
  markWaiting,
  readBatch,
  refuseRest,
} from '#persistence';
import { blockedFault } from './blocked.ts';
import { paceOf } from './pace.ts';

/** What came of one attempt to admit a batch of a campaign's uploads. */
export type LaneTurn =
  /** There may be something to do in `ms`: a slot was used, or has not come yet. */
  | { readonly kind: 'again'; readonly ms: number }
  /** Nothing to do: no upload is open, or there is no room under the cap. Whoever changes that wakes the lane. */
  | { readonly kind: 'idle' };

const IDLE: LaneTurn = { kind: 'idle' };

/**
 * Admits the next batch of a campaign's uploads, if its slot has come, as far as there is room. One transaction: if the
 * process dies in it nothing has happened, and if it dies after it the next attempt finds the batch decided. Two
 * attempts at once stand in line at the upload's lock, and the second goes by what the first has done.
 */
export function admitNextBatch(
  database: Database,
  vdnId: number,
  campaignId: number,
): Promise<LaneTurn> {
  return database.transaction((tx) => takeTurn(tx, vdnId, campaignId));
}

async function takeTurn(tx: Transaction, vdnId: number, campaignId: number): Promise<LaneTurn> {
  // Asked again where there is none: if another process has just ended the upload that this one waited for, the statement
  // comes back empty though the next upload is there.
  const upload =
    (await lockOpenUpload(tx, vdnId, campaignId)) ?? (await lockOpenUpload(tx, vdnId, campaignId));
  if (upload === undefined) return IDLE;
  const campaign = await lockCampaign(tx, vdnId, campaignId);
  if (campaign === undefined) throw new Error(`upload ${upload.id} has no campaign`);
  if (!takesNumbers(campaign.state)) {
    await refuseRest(tx, upload.id, {
      code: CODE.CAMPAIGN_CLOSED,
      params: { state: campaign.state },
    });
    return { kind: 'again', ms: 0 };
  }
  const slot = slotForBatch(await paceOf(tx, campaign));
  if (slot.kind === 'wait') return { kind: 'again', ms: slot.ms };

  const number = upload.batchesDone + 1;
  // Under the campaign's lock: what was blocked while that was waited for counts.
  const batch = await readBatch(tx, upload.id, number, vdnId);
  if (batch === undefined) throw new Error(`upload ${upload.id} has no batch ${number}`);
  const room = campaign.maxIncomplete - campaign.incomplete;
  const fit = fitBatch(
    batch.decided,
    batch.size,
    batch.blocked.map(([place]) => place),
    room,
  );
  const refuses = upload.onFull === 'refuse';
  if (fit.end === batch.decided && !refuses) {
    await markWaiting(tx, upload.id);
    return IDLE;
  }
  const admitted = await admitBatch(tx, {
    batchId: batch.id,
    uploadId: upload.id,
    mode: 'async',
    first: batch.decided,
    end: refuses ? batch.size : fit.end,
    accepted: fit.accepted,
    rejected: rejectionsOf(batch, fit.end, refuses ? campaign.maxIncomplete : null),
  });
  return { kind: 'again', ms: admitted.msUntilSlot };
}

/**
 * What of a batch is decided without a data ID: the blocked records before `end`, where the room is; and where `refusedMax`
 * says the cap that refuses them, all from there on, blocked or not.
 */
function rejectionsOf(
  batch: UndecidedBatch,
  end: number,
  refusedMax: number | null,
): RejectedPlace[] {
  const rejections = batch.blocked
    .filter(([place]) => place < end || refusedMax !== null)
    .map(([place, index]): RejectedPlace => {
      return { place, outcome: 'blocklisted', fault: blockedFault(index) };
    });
  if (refusedMax === null) return rejections;
  const fault: Fault = { code: CODE.CAMPAIGN_FULL, params: { max: refusedMax } };
  const isBlocked = new Set(rejections.map(({ place }) => place));
  for (let place = end; place < batch.size; place++) {
    if (!isBlocked.has(place)) rejections.push({ place, outcome: 'refused', fault });
  }
  return rejections;
}
