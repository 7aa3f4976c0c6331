import type { Fault, ProblemFault } from '#errors';
import { cutList, lengthWithin } from './cut-list.ts';
import type { ListLimits } from './cut-list.ts';
import { decodeUtf8, NOT_JSON, utf8, withoutMark } from './parse-json.ts';

/**
 * What is parsed of items in one go: so many bytes, or so many items where these are tiny. Mostly 0.2 to 3 ms; what takes longer
 * is one item of MAX_VALUES with other names each (60 ms), and the collection of what many millions of values leave behind.
 */
const GO = { bytes: 64 * 1024, items: 2_000 };

/** A JSON body that was read, and the items of its list as they were sent. */
export class JsonBody {
  readonly value: unknown;
  readonly #cut: CutBytes;

  constructor(value: unknown, cut: CutBytes) {
    this.value = value;
    this.#cut = cut;
  }

  /**
   * An item of the list as the text it was written with: converted and written anew, large numbers lose digits, `1e3` becomes
   * 1000, and of members with one name the last alone is left.
   *
   * Line feeds and carriage returns, which JSON has only between its words, become spaces: the text is one line.
   */
  itemText(index: number): string {
    return this.#cut
      .item(index)
      .trim()
      .replaceAll(/[\r\n]/g, ' ');
  }

  /** How many bytes that text has. */
  itemBytes(index: number): number {
    return this.#cut.bytesOf(index);
  }
}

/**
 * Reads a JSON body in UTF-8 that may be megabytes long, with a list of many items: in parts, as whatever else the process does
 * stands still meanwhile. It yields after each.
 *
 * A byte order mark, members named `__proto__` and members with one name are as with `parseJson`.
 *
 * @param keep items that stay in the value; those behind are looked at, and dropped
 * @returns the body; or 02000008, or TOO_LARGE beyond the limits, without a place but for an item's
 */
export function* readJsonBody(
  sent: Uint8Array,
  list: ListLimits | null,
  keep = Infinity,
): Generator<undefined, JsonBody | Fault | ProblemFault> {
  const bytes = withoutMark(sent);
  const text = decodeUtf8(bytes);
  if (typeof text !== 'string') return text;
  const bounds = yield* cutList(bytes, list);
  if (!('length' in bounds)) return bounds;
  const cut = new CutBytes(bytes, bounds);
  try {
    const value = JSON.parse(cut.rest()) as unknown;
    if (list !== null && bounds.length > 0) {
      const items = (value as Record<string, unknown[]>)[list.member];
      yield* parseItems(cut, keep, items ?? []);
    }
    return new JsonBody(value, cut);
  } catch (error) {
    if (error instanceof SyntaxError) return NOT_JSON;
    throw error;
  }
}

/** @throws SyntaxError */
function* parseItems(cut: CutBytes, keep: number, items: unknown[]): Generator<undefined, void> {
  if (cut.isEmpty()) return;
  let [goEnd, goItems] = [GO.bytes, GO.items];
  for (let index = 0; index < cut.count; index++) {
    if (cut.startOf(index) >= goEnd || index >= goItems) {
      goEnd = cut.startOf(index) + GO.bytes;
      goItems = index + GO.items;
      yield;
    }
    const item = JSON.parse(cut.item(index)) as unknown;
    if (index < keep) items.push(item);
  }
}

/** Bytes, and where in them the items of a list are. */
class CutBytes {
  readonly #bytes: Uint8Array;
  /** Of the list's brackets and the commas between its items; empty: there is no list. */
  readonly #bounds: readonly number[];

  constructor(bytes: Uint8Array, bounds: readonly number[]) {
    this.#bytes = bytes;
    this.#bounds = bounds;
  }

  get count(): number {
    return Math.max(0, this.#bounds.length - 1);
  }

  /** Whether there is nothing but space between the brackets. */
  isEmpty(): boolean {
    return this.count === 1 && /^[\t\n\r ]*$/.test(this.item(0));
  }

  startOf(index: number): number {
    return (this.#bounds[index] ?? 0) + 1;
  }

  item(index: number): string {
    return this.#text(this.startOf(index), this.#bounds[index + 1]);
  }

  /** Of an item, without the space around it. */
  bytesOf(index: number): number {
    return lengthWithin(this.#bytes, this.startOf(index), this.#bounds[index + 1] ?? 0);
  }

  /** All but what stands between the brackets. */
  rest(): string {
    const [open] = this.#bounds;
    if (open === undefined) return this.#text(0);
    return this.#text(0, open + 1) + this.#text(this.#bounds.at(-1) ?? 0);
  }

  #text(start: number, end?: number): string {
    return utf8.decode(this.#bytes.subarray(start, end));
  }
}
