import type { Fault } from '#errors';

/** What the readers of bodies give their items to, one after the other. */
export interface LineSink {
  /** Items so far. */
  readonly received: number;
  /**
   * An item that was read.
   *
   * @param source it as a JSON text without line feeds
   * @param sent the bytes as they were sent; absent: those of `source`
   */
  add(value: unknown, source: string, sent?: Uint8Array): void;
  /** An item that could not be read. */
  addBroken(fault: Fault, source: Uint8Array): void;
}
