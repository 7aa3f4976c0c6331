/** 1 is the most urgent. */
export type Priority = 1 | 2 | 3 | 4 | 5;

/** What the service itself needs of a record; the rest goes through as it was sent. */
export interface AcceptedRecord {
  /** null where the record has none (absent, null or empty). */
  readonly sessionId: string | null;
  /** Every `calledNo`, in order; at least one. */
  readonly numbers: readonly string[];
  readonly priority: Priority;
  /** RFC 3339, UTC, whole seconds, years 0001 to 9999; null: never. */
  readonly recycleAt: string | null;
}
