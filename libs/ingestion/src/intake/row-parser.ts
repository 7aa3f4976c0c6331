import { Parser } from 'csv-parse';
import { CSV_FORM } from '../csv/csv-form.ts';

/** Told of a row's fields, and of the bytes of the body up to the end of its line. */
export type OnRow = (fields: readonly string[], bytes: number) => void;

/**
 * csv-parse, as it finds the rows: not by its `on_record`, for which it makes an object about each of them that V8 puts into the
 * old generation; a million are 270 MB there.
 */
export class RowParser extends Parser {
  readonly #onRow: OnRow;
  #failure: Error | undefined;

  constructor(onRow: OnRow) {
    super(CSV_FORM);
    this.#onRow = onRow;
    // Each failure reaches the callback of the write that brought it about.
    this.on('error', () => undefined);
  }

  /** Resolves when all rows were told of that end in what was written; rejects with what `onRow` threw, or with a CsvError. */
  async rowsOf(chunk: Buffer): Promise<void> {
    await this.#done((callback) => this.write(chunk, callback));
  }

  /** The same for the last row, which may have no end of line. */
  async lastRow(): Promise<void> {
    await this.#done((callback) => this.end(callback));
  }

  /** Where the parser puts its rows. None is kept to be read, and none looked at behind a failure. */
  override push(fields: readonly string[] | null): boolean {
    if (fields === null) return super.push(null);
    if (this.#failure === undefined) {
      try {
        this.#onRow(fields, this.info.bytes);
      } catch (error) {
        this.#failure = error instanceof Error ? error : new Error('a row was not taken');
      }
    }
    return true;
  }

  async #done(work: (callback: (error?: Error | null) => void) => unknown): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      work((error) => {
        const failure = this.#failure ?? error;
        if (failure) reject(failure);
        else resolve();
      });
    });
  }
}
