/** A page of a list; `nextCursor` goes into the query of the next one, and is null behind the last. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}
