import { isUtf8 } from 'node:buffer';
import { parseJson, parseJsonText } from '#domain';
import { ProblemError } from '#errors';
import type { LineSink } from './line-sink.ts';

const LINE_FEED = 0x0a;

const BYTE_ORDER_MARK = '\uFEFF';

/** Bytes beside a line that are not counted: a byte order mark before it and a carriage return behind it. */
const UNCOUNTED = 4;

/**
 * Reads records one a line. All complete lines of a chunk are decoded and split at once, synchronously: an asynchronous
 * iteration over lines would cost more than parsing them. Blank lines are passed over; a line that is not UTF-8 or not
 * JSON is one invalid record.
 */
export class NdjsonReader {
  readonly #sink: LineSink;
  readonly #maxLineBytes: number;
  /** The beginning of a line whose end has not come yet. */
  #rest: Buffer = Buffer.alloc(0);
  #atStart = true;

  constructor(sink: LineSink, maxLineBytes: number) {
    this.#sink = sink;
    this.#maxLineBytes = maxLineBytes;
  }

  /** @throws ProblemError TOO_LARGE for a line that is too long, as soon as it is */
  write(chunk: Buffer): void {
    const data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const end = data.lastIndexOf(LINE_FEED);
    if (end >= 0) this.#readLines(data.subarray(0, end));
    this.#rest = data.subarray(end + 1);
    // Measured exactly at its end: where a chunk ends must make no difference.
    this.#checkLength(this.#rest.length - UNCOUNTED);
  }

  end(): void {
    if (this.#rest.length > 0) this.#readLines(this.#rest);
  }

  #readLines(bytes: Buffer): void {
    if (!isUtf8(bytes)) {
      this.#readByteLines(bytes);
      return;
    }
    for (const line of bytes.toString().split('\n')) this.#readLine(line);
  }

  /** Somewhere in these lines are bytes that are not UTF-8: they are told apart before they are decoded. */
  #readByteLines(bytes: Buffer): void {
    for (let start = 0; start <= bytes.length;) {
      const found = bytes.indexOf(LINE_FEED, start);
      const end = found < 0 ? bytes.length : found;
      const line = bytes.subarray(start, end);
      if (isUtf8(line)) {
        this.#readLine(line.toString());
      } else {
        const isMarked = this.#atStart && line.indexOf(BYTE_ORDER_MARK) === 0;
        const broken = isMarked ? line.subarray(Buffer.byteLength(BYTE_ORDER_MARK)) : line;
        this.#atStart = false;
        this.#checkLength(broken.length);
        const read = parseJson(broken);
        if ('code' in read) this.#sink.addBroken(read, broken);
      }
      start = end + 1;
    }
  }

  #readLine(decoded: string): void {
    // First of all: a body may be all line feeds, a million of them for a kilobyte of gzip.
    if (decoded === '' && !this.#atStart) return;
    let line = decoded.endsWith('\r') ? decoded.slice(0, -1) : decoded;
    if (this.#atStart) {
      if (line.startsWith(BYTE_ORDER_MARK)) line = line.slice(1);
      this.#atStart = false;
    }
    if (line.trim() === '') return;
    // A UTF-16 unit is at most three bytes of UTF-8, so most lines need not be measured.
    if (line.length * 3 > this.#maxLineBytes) this.#checkLength(Buffer.byteLength(line));
    const read = parseJsonText(line);
    if ('code' in read) this.#sink.addBroken(read, Buffer.from(line));
    else this.#sink.add(read.value, line);
  }

  #checkLength(length: number): void {
    const maxLineBytes = this.#maxLineBytes;
    if (length > maxLineBytes) {
      throw new ProblemError({
        problem: 'TOO_LARGE',
        place: `line ${this.#sink.received + 1}`,
        params: { maxLineBytes },
      });
    }
  }
}
