import type { Fault } from '#errors';

/** What the readers of bodies give their items to, one after the other. */
export interface LineSink {
  /** Items so far. */
  readonly received: number;
  /**
   * An item that was read.
   *
   * @param source the text it was read from, without line feeds
   */
  add(value: unknown, source: string): void;
  /** An item that could not be read. */
  addBroken(fault: Fault, source: Uint8Array): void;
}
