import type { Database, EndedRecord, LaneRef, Transaction } from '#persistence';
import { findFullLanes, freeRoom } from '#persistence';
import type { LaneQueue } from '#queue';

/**
 * Runs a transaction that ends records, frees their room in it, and wakes the lanes that wait for room after it.
 *
 * If the process dies before the commit nothing has happened; if it dies after it, the room is there and a sweep wakes the
 * lanes. The locks are taken in one order: records, then campaigns.
 *
 * @param end ends records and answers with them, and with what the caller wants to know
 * @param onError told when the lanes could not be looked for: a sweep makes up for it
 */
export async function endRecords<T>(
  database: Database,
  lanes: LaneQueue,
  end: (tx: Transaction) => Promise<{ ended: readonly EndedRecord[]; answer: T }>,
  onError: (error: unknown) => void,
): Promise<T> {
  const { ended, answer } = await database.transaction(async (tx) => {
    const work = await end(tx);
    if (work.ended.length > 0) await freeRoom(tx, work.ended);
    return work;
  });
  if (ended.length > 0) await wakeFullLanes(database, lanes, ended).catch(onError);
  return answer;
}

async function wakeFullLanes(
  database: Database,
  lanes: LaneQueue,
  ended: readonly EndedRecord[],
): Promise<void> {
  const campaigns = new Map<string, LaneRef>(
    ended.map(({ vdnId, campaignId }) => [`${vdnId}/${campaignId}`, { vdnId, campaignId }]),
  );
  const full = await findFullLanes(database.pool, [...campaigns.values()]);
  for (const { vdnId, campaignId } of full) {
    lanes.wakeSoon({ vdnId, campaignId: Number(campaignId) });
  }
}
