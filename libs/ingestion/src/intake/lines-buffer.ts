/** Most bytes that UTF-8 has for one UTF-16 code unit. */
const MOST_BYTES = 3;

const LINE_FEED = 0x0a;

const FIRST_BYTES = 8 * 1024;

/**
 * Texts on their way to the database, one a line, as bytes outside of the heap. As strings they would outlive the young
 * generation while they wait for the database, and stay until the whole heap is collected.
 */
export class LinesBuffer {
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #end = 0;

  add(line: string): void {
    const needed = this.#end + line.length * MOST_BYTES + 1;
    if (needed > this.#bytes.length) this.#grow(needed);
    this.#end += this.#bytes.write(line, this.#end);
    this.#bytes[this.#end++] = LINE_FEED;
  }

  /** All lines, with line feeds between them. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, Math.max(this.#end - 1, 0));
  }

  #grow(needed: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(grown, 0, 0, this.#end);
    this.#bytes = grown;
  }
}
