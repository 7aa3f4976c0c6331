import type { AcceptedRecord } from '#domain';
import type { StagedBatch } from '#persistence';
import { LinesBuffer } from './lines-buffer.ts';

/** Collects valid records into one batch, in the form in which they wait for their admission. */
export class BatchBuilder {
  readonly #number: number;
  readonly #sources = new LinesBuffer();
  #size = 0;
  #characters = 0;
  readonly #lines: number[] = [];
  readonly #priorities: number[] = [];
  readonly #recycleAt: (string | null)[] = [];
  readonly #numbers: string[] = [];
  readonly #numberPlaces: number[] = [];

  /** @param number of the batch in its upload, from 1 */
  constructor(number: number) {
    this.#number = number;
  }

  get size(): number {
    return this.#size;
  }

  /** Of all its records, as they were sent. */
  get characters(): number {
    return this.#characters;
  }

  /**
   * @param line the record's number in the upload, from 1; ascending
   * @param source the record as it was sent: a JSON text without line feeds
   */
  add(line: number, record: AcceptedRecord, source: string): void {
    const place = this.#size++;
    this.#sources.add(source);
    this.#characters += source.length;
    this.#lines.push(line);
    this.#priorities.push(record.priority);
    this.#recycleAt.push(record.recycleAt);
    for (const number of record.numbers) {
      this.#numbers.push(number);
      this.#numberPlaces.push(place);
    }
  }

  build(): StagedBatch {
    return {
      number: this.#number,
      size: this.#size,
      payload: this.#sources.bytes,
      lines: this.#lines,
      priorities: this.#priorities,
      recycleAt: this.#recycleAt,
      numbers: this.#numbers,
      numberPlaces: this.#numberPlaces,
    };
  }
}
