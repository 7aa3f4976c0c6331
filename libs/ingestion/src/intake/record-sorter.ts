import type { LineFault, RecordLimits } from '#domain';
import { checkRecordForCampaign, checkRecordForm, DuplicateIndex, readRecord } from '#domain';
import type { Fault } from '#errors';
import { CODE, ProblemError } from '#errors';
import type { RejectedRecord, StagedBatch } from '#persistence';
import { hashSeed } from '../hash-seed.ts';
import { BatchBuilder } from './batch-builder.ts';

export interface SorterOptions {
  readonly limits: RecordLimits;
  /** Records a batch. */
  readonly batchSize: number;
  readonly maxRecords: number;
  /** Of the valid records; so much memory is used to find repetitions. */
  readonly maxNumbers: number;
  /** IANA name of the zone that `recycleTime` is written in. */
  readonly timeZone: string;
}

/**
 * Characters of records after which a batch is closed though it is not full: 8,000 a record where it has 2,000. A line may
 * be eight times as long, and a few batches are in memory at a time: with this bound they took 250 MB where characters are
 * ASCII, 320 MB where they are Chinese, which strings and UTF-8 keep in two and three bytes.
 */
export const MOST_BATCH_CHARACTERS = 16_000_000;

/** Rejections written at a time: so many, or fewer if they are long. */
const REJECTED_AT_ONCE = 1_000;
const MOST_REJECTED_CHARACTERS = 4_000_000;

/**
 * Sorts the records of an upload as they come: the valid ones into batches, the others into rejections with their
 * reason. Only valid records claim their numbers. What is ready to be written is taken with `batches` and `rejected`.
 */
export class RecordSorter {
  readonly #options: SorterOptions;
  readonly #claimed = new DuplicateIndex(hashSeed());
  #batchNumber = 1;
  #builder = new BatchBuilder(1);
  #ready: StagedBatch[] = [];
  #rejected: RejectedRecord[] = [];
  #rejectedCharacters = 0;
  #received = 0;
  #invalid = 0;
  #duplicate = 0;
  #firstInvalid: LineFault | null = null;
  #firstDuplicate: LineFault | null = null;

  constructor(options: SorterOptions) {
    this.#options = options;
  }

  get received(): number {
    return this.#received;
  }

  get invalid(): number {
    return this.#invalid;
  }

  get duplicate(): number {
    return this.#duplicate;
  }

  get firstInvalid(): LineFault | null {
    return this.#firstInvalid;
  }

  get firstDuplicate(): LineFault | null {
    return this.#firstDuplicate;
  }

  /** Batches begun so far; all are there once the last one is flushed. */
  get batchCount(): number {
    return this.#batchNumber - 1 + (this.#builder.size > 0 ? 1 : 0);
  }

  /**
   * A record that was read.
   *
   * @param source it as a JSON text without line feeds, to be kept when it is valid
   * @param sent the bytes as they were sent, to be kept when it is not; absent: those of `source`
   * @throws ProblemError TOO_LARGE beyond the most records, or the most numbers, of an upload
   */
  add(value: unknown, source: string, sent?: Uint8Array): void {
    this.#count();
    const { limits, timeZone, batchSize } = this.#options;
    const fault = checkRecordForm(value, limits) ?? checkRecordForCampaign(value, limits);
    if (fault !== null) {
      this.#rejectInvalid(fault, sent ?? Buffer.from(source));
      return;
    }
    const record = readRecord(value, timeZone);
    const repeated = this.#claimed.claim(record);
    if (repeated !== null) {
      this.#duplicate++;
      const repetition = { code: CODE.DUPLICATE_NUMBER, place: `called[${repeated}].calledNo` };
      this.#firstDuplicate ??= { line: this.#received, fault: repetition };
      this.#reject('duplicate', repetition, sent ?? Buffer.from(source));
      return;
    }
    this.#checkNumbers();
    this.#builder.add(this.#received, record, source);
    const { size, characters } = this.#builder;
    if (size === batchSize || characters >= MOST_BATCH_CHARACTERS) this.#closeBatch();
  }

  /** A record that could not be read. */
  addBroken(fault: Fault, source: Uint8Array): void {
    this.#count();
    this.#rejectInvalid(fault, source);
  }

  /** The batches that are full, or at the end all. */
  batches(end: boolean): StagedBatch[] {
    if (end && this.#builder.size > 0) this.#closeBatch();
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }

  /** The rejections, when there are enough to be worth a statement, or at the end all. */
  rejected(end: boolean): RejectedRecord[] {
    const isEnough =
      this.#rejected.length >= REJECTED_AT_ONCE ||
      this.#rejectedCharacters >= MOST_REJECTED_CHARACTERS;
    if (!end && !isEnough) return [];
    const rejected = this.#rejected;
    this.#rejected = [];
    this.#rejectedCharacters = 0;
    return rejected;
  }

  #count(): void {
    const { maxRecords } = this.#options;
    if (++this.#received > maxRecords) {
      throw new ProblemError({ problem: 'TOO_LARGE', params: { maxRecords } });
    }
  }

  #rejectInvalid(fault: Fault, source: Uint8Array): void {
    this.#invalid++;
    this.#firstInvalid ??= { line: this.#received, fault };
    this.#reject('invalid', fault, source);
  }

  #checkNumbers(): void {
    const { maxNumbers } = this.#options;
    if (this.#claimed.size > maxNumbers) {
      throw new ProblemError({ problem: 'TOO_LARGE', params: { maxNumbers } });
    }
  }

  #reject(outcome: RejectedRecord['outcome'], fault: Fault, source: Uint8Array): void {
    const bytes = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
    this.#rejectedCharacters += source.length;
    this.#rejected.push({
      line: this.#received,
      outcome,
      fault,
      source: bytes.toString('base64'),
    });
  }

  #closeBatch(): void {
    this.#ready.push(this.#builder.build());
    this.#builder = new BatchBuilder(++this.#batchNumber);
  }
}
