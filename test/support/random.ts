import { registry } from './lifecycle.ts';
import { seedOverride } from './settings.ts';

/** Numbers that look random and are the same for the same seed (mulberry32). */
export class Random {
  readonly seed: number;
  private state: number;

  constructor(seed: number) {
    this.seed = seed;
    this.state = seed;
  }

  /** From 0, below 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number, both ends included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  /** One of the list, which must not be empty. */
  pick<T>(list: readonly T[]): T {
    const picked = list[this.between(0, list.length - 1)];
    if (picked === undefined) {
      throw new Error('nothing to pick from');
    }
    return picked;
  }

  digits(count: number): string {
    return Array.from({ length: count }, () => String(this.between(0, 9))).join('');
  }
}

/** A new seed at every run, or the one of `DIALGATE_TEST_SEED`; it is printed when a test of the file fails. */
export function seededRandom(): Random {
  const seed = Number(seedOverride() ?? Math.floor(Math.random() * 2 ** 31));
  registry().notes.push(`random data: DIALGATE_TEST_SEED=${seed} repeats it`);
  return new Random(seed);
}
