import { BLOCKED_NUMBERS } from './blocklist.ts';
import { KINDS } from './kinds.ts';
import type { Kind } from './kinds.ts';
import { Random } from './random.ts';
import { RecordMaker } from './record.ts';
import type { SampleRecord } from './record.ts';

/** Records of the sample, one a line. */
export const SAMPLE_SIZE = 20_000;

/** Any number would do; another one makes another sample. */
const SEED = 20_270_101;

/** The first lines are valid, so that every duplicate has a record to repeat. */
const VALID_BEGINNING = 50;

export interface SampleLine {
  /** Without its line feed. */
  readonly bytes: Buffer;
  /** Why it is not admitted; null where it is. */
  readonly kind: Kind | null;
}

/** The sample's lines in order: always the same. */
export function makeSample(): SampleLine[] {
  const random = new Random(SEED);
  const maker = new RecordMaker(random);
  const kinds = placeKinds(random);
  const valid: SampleRecord[] = [];
  return Array.from({ length: SAMPLE_SIZE }, (_, index) => {
    const record = maker.make(index + 1);
    const kind = kinds.get(index) ?? null;
    if (kind === null) {
      valid.push(record);
      return { bytes: Buffer.from(JSON.stringify(record)), kind };
    }
    const earlier = random.pick(valid);
    const line = kind.spoil(record, { earlier, blocked: random.pick(BLOCKED_NUMBERS) });
    return { bytes: Buffer.from(line), kind };
  });
}

/** The lines as one file. */
export function joinLines(lines: readonly SampleLine[]): Buffer {
  const feed = Buffer.from('\n');
  return Buffer.concat(lines.flatMap(({ bytes }) => [bytes, feed]));
}

/** Which lines, counted from 0, are of which kind: anywhere but in the beginning. */
function placeKinds(random: Random): Map<number, Kind> {
  const free = Array.from(
    { length: SAMPLE_SIZE - VALID_BEGINNING },
    (_, index) => VALID_BEGINNING + index,
  );
  const lines = random.shuffle(free);
  const kinds = new Map<number, Kind>();
  for (const kind of KINDS) {
    for (const line of lines.splice(0, kind.count)) kinds.set(line, kind);
  }
  return kinds;
}
