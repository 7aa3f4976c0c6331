import type { BlockedNumber } from '#domain';
import { readBlockedNumber } from '#domain';
import { ProblemError } from '#errors';
import type { LineSink } from '../intake/line-sink.ts';

/** Numbers staged at a time. */
export const PART = 10_000;

/** Sorts the numbers of a body as they come: those that can be blocked into parts, the others into a count. */
export class NumberSorter implements LineSink {
  readonly #maxRecords: number;
  #received = 0;
  #invalid = 0;
  #full: BlockedNumber[][] = [];
  #part: BlockedNumber[] = [];

  /** @param maxRecords items of a body, invalid ones among them */
  constructor(maxRecords: number) {
    this.#maxRecords = maxRecords;
  }

  get received(): number {
    return this.#received;
  }

  get invalid(): number {
    return this.#invalid;
  }

  /** @throws ProblemError TOO_LARGE beyond the most items of a body */
  add(item: unknown): void {
    this.#count();
    const number = readBlockedNumber(item);
    if (number === null) {
      this.#invalid++;
      return;
    }
    // One more than a part has come: it is not the last one, which is kept back until the end.
    if (this.#part.length === PART) {
      this.#full.push(this.#part);
      this.#part = [];
    }
    this.#part.push(number);
  }

  /** A line that is not JSON, or not UTF-8. */
  addBroken(): void {
    this.#count();
    this.#invalid++;
  }

  /** The parts that are full, and not the last one. */
  full(): BlockedNumber[][] {
    const full = this.#full;
    this.#full = [];
    return full;
  }

  /** The last part, at the end; empty only where there is no number at all. */
  rest(): readonly BlockedNumber[] {
    return this.#part;
  }

  #count(): void {
    const maxRecords = this.#maxRecords;
    if (++this.#received > maxRecords) {
      throw new ProblemError({ problem: 'TOO_LARGE', params: { maxRecords } });
    }
  }
}
