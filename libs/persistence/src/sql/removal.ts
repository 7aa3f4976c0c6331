/** Where a walk through what has ended stands, in the order in which it ended. */
export interface Position {
  /** In Postgres's own form: a Date would cut microseconds off. */
  readonly at: string;
  /** Null: before the first that ended at that moment. */
  readonly id: string | null;
}

export const BEGINNING: Position = { at: '-infinity', id: null };

export interface Removed {
  readonly removed: number;
  /** Rows that were looked at, those removed among them. */
  readonly seen: number;
  /** The last of them; null: there was none. */
  readonly at: string | null;
  readonly id: string | null;
}
