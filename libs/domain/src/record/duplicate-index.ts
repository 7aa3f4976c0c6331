import type { AcceptedRecord } from './accepted-record.ts';
import { KeyArena } from './key-arena.ts';

const FIRST_CAPACITY = 64;

/**
 * The pairs of session and number that the valid records of a call or an upload have claimed so far.
 * Records without a session are one session.
 *
 * Exact: keys are kept and compared, a hash only says where to look. For a million pairs a `Set` of
 * strings takes three times the memory and gives the garbage collector a million objects to trace; this
 * takes 8 bytes of hash table for each place (at most 3/4 full, at least 3/8 once grown) and the bytes
 * of the keys.
 */
export class DuplicateIndex {
  private readonly arena = new KeyArena();
  /** Pairs of hash and offset in the arena; offset 0 is a free place. Linear probing. */
  private table = new Uint32Array(2 * FIRST_CAPACITY);
  private mask = FIRST_CAPACITY - 1;
  private count = 0;
  /** The places that the record at hand has taken, to give back if a later number is a repetition. */
  private readonly taken: number[] = [];
  private readonly seed: number;

  /**
   * @param seed 32 bits, not to be guessed, so that nobody can send numbers that all want the same
   *   place. No answer depends on it
   */
  constructor(seed: number) {
    this.seed = seed;
  }

  /** How many pairs are claimed. */
  get size(): number {
    return this.count;
  }

  /** Bytes held: table and keys. */
  get byteLength(): number {
    return this.table.byteLength + this.arena.byteLength;
  }

  /**
   * Claims every number of a record. Answers null, or the index in `numbers` of the first that was
   * claimed before or stands in the record twice; then none of the record's are claimed.
   *
   * Throws a RangeError on what no checked record holds: a number with other than digits, `*` and `#`,
   * or of more than 255 characters, a session of more than 16,383 characters.
   */
  claim({ sessionId, numbers }: Pick<AcceptedRecord, 'sessionId' | 'numbers'>): number | null {
    while ((this.count + numbers.length) * 4 > (this.mask + 1) * 3) this.grow();
    this.taken.length = 0;
    const mark = this.arena.end;
    const sessionHash = this.arena.openSession(sessionId ?? '', this.seed);
    for (let index = 0; index < numbers.length; index++) {
      if (!this.claimNumber(numbers[index] ?? '', sessionHash)) {
        this.giveBack(mark);
        return index;
      }
    }
    return null;
  }

  private claimNumber(number: string, sessionHash: number): boolean {
    const { arena, table, mask } = this;
    const hash = arena.stageNumber(number, sessionHash);
    let place = hash & mask;
    for (;;) {
      const offset = table[2 * place + 1] ?? 0;
      if (offset === 0) break;
      if (table[2 * place] === hash && arena.isStaged(offset)) return false;
      place = (place + 1) & mask;
    }
    table[2 * place] = hash;
    table[2 * place + 1] = arena.keepStaged();
    this.taken.push(place);
    this.count++;
    return true;
  }

  /** Newest first, so that no chain of places is broken. */
  private giveBack(mark: number): void {
    this.count -= this.taken.length;
    for (let place = this.taken.pop(); place !== undefined; place = this.taken.pop()) {
      this.table[2 * place + 1] = 0;
    }
    this.arena.cutTo(mark);
  }

  private grow(): void {
    const old = this.table;
    const capacity = 2 * (this.mask + 1);
    const mask = capacity - 1;
    const table = new Uint32Array(2 * capacity);
    for (let at = 0; at < old.length; at += 2) {
      const offset = old[at + 1] ?? 0;
      if (offset === 0) continue;
      const hash = old[at] ?? 0;
      let place = hash & mask;
      while (table[2 * place + 1] !== 0) place = (place + 1) & mask;
      table[2 * place] = hash;
      table[2 * place + 1] = offset;
    }
    this.table = table;
    this.mask = mask;
  }
}
