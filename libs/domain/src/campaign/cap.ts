/** The most incomplete records that a campaign may have; from the interface's restrictions. */
export const MAX_INCOMPLETE = 200_000;

export interface Fit {
  /** The places from the first undecided one up to this one, exclusive, are decided now. */
  readonly end: number;
  /** How many of them get a data ID. */
  readonly accepted: number;
}

/**
 * How far a batch fits into the room that is left under the cap: records in their order, blocked ones take no room,
 * and the first one that finds no room ends it.
 *
 * @param first place of the first undecided record
 * @param size places of the batch
 * @param blocked places of blocked records, ascending, each at most once
 * @param room incomplete records that the campaign may still take; negative counts as none
 */
export function fitBatch(
  first: number,
  size: number,
  blocked: readonly number[],
  room: number,
): Fit {
  let accepted = 0;
  let next = 0;
  for (let place = first; place < size; place++) {
    while (next < blocked.length && (blocked[next] ?? size) < place) next++;
    if (blocked[next] === place) continue;
    if (accepted >= room) return { end: place, accepted };
    accepted++;
  }
  return { end: size, accepted };
}
