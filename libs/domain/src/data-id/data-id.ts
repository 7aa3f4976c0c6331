/**
 * Data IDs need no clock and no number given to a node: a batch takes one value of a Postgres sequence, its block,
 * and the record at place p of the batch has the ID `block * 2048 + p`. The sequence starts so high that every ID has
 * 19 digits, as the interface's example has, and a batch's IDs are one range of the primary key.
 */
const PLACES_PER_BLOCK = 2048n;

/** The data ID, a decimal string of 19 digits, of the record at `place` (from 0) of the batch `block`. */
export function dataIdAt(block: bigint, place: number): string {
  return (block * PLACES_PER_BLOCK + BigInt(place)).toString();
}

/** The largest one: Postgres keeps them as BIGINT. */
const MAX_DATA_ID = 2n ** 63n - 1n;

/** The data ID that a text is: a whole number in decimal digits, as large as a BIGINT may be. Null: it is none. */
export function parseDataId(text: string): bigint | null {
  if (!/^\d{1,19}$/.test(text)) return null;
  const id = BigInt(text);
  return id <= MAX_DATA_ID ? id : null;
}
