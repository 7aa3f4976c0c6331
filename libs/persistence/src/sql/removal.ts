/** Where a walk through what has ended stands, in the order in which it ended. */
export interface Position {
  /** In Postgres's own form: a Date would cut microseconds off. */
  readonly at: string;
  /** Null: before the first that ended at that moment. */
  readonly id: string | null;
  /** Of a batch in the upload with that ID; 0 where no batches are walked through. */
  readonly number: number;
}

export const BEGINNING: Position = { at: '-infinity', id: null, number: 0 };

/** Before the ID of every upload. */
export const FIRST_ID = '00000000-0000-0000-0000-000000000000';

export interface Removed {
  readonly removed: number;
  /** Rows that were looked at, those removed among them. */
  readonly seen: number;
  /** The last of them; null: there was none. */
  readonly at: string | null;
  readonly id: string | null;
  readonly number: number | null;
}
