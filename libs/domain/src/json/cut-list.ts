import type { Fault, Params, ProblemFault } from '#errors';
import { CODE } from '#errors';
import { endOfStringIn } from './end-of-string.ts';
import { MAX_JSON_DEPTH, NOT_JSON, utf8 } from './parse-json.ts';

/** The long list of a JSON body, and how long it may be. */
export interface ListLimits {
  /** The member of the body that it is. */
  readonly member: string;
  readonly maxItems: number;
  /** Of each item as it was sent, in UTF-8. */
  readonly maxItemBytes: number;
}

/**
 * Values that are parsed in one go: those of a body that do not stand in its list, and those of one item. 16 MiB of them may
 * take three seconds, the members of an object with other names each the longest.
 */
export const MAX_VALUES = 50_000;

/** Bytes that are looked at in one go; 1 ms, or some more where it is all commas. */
const GO = 512 * 1024;

/**
 * Finds the items of the list in a JSON text before any of it is parsed: answers with the places of its brackets and of the
 * commas between its items, with none where there is no such list. Of members with one name the last counts, as with
 * `JSON.parse`.
 *
 * The bytes may be any UTF-8. They are JSON exactly if each of the items is, and what is left without them. Bytes, since a loop
 * over the characters of a text takes seven times as long.
 *
 * @returns or 02000008 for what is nested too deep or has too few or too many brackets, TOO_LARGE beyond the limits; yields
 *   from time to time, where others may have their turn
 */
export function* cutList(
  bytes: Uint8Array,
  list: ListLimits | null,
): Generator<undefined, readonly number[] | Fault | ProblemFault> {
  let bounds: number[] = [];
  let depth = 0;
  let isObject = false;
  /** Whether a string that comes next is a name of the body's own, and whether what comes is the value of `list.member`. */
  let isName = false;
  let isValue = false;
  let isInside = false;
  let values = 0;
  let listValues = 0;
  /** How many there were before the item that is being looked at. */
  let valuesBefore = 0;
  for (let at = 0, goEnd = GO; at < bytes.length; at++) {
    if (at >= goEnd) {
      goEnd = at + GO;
      yield;
    }
    const byte = bytes[at] ?? 0;
    switch (byte) {
      case 0x22: {
        // "
        const end = endOfStringIn(bytes, at);
        if (isName) {
          isName = false;
          isValue = list !== null && isNamed(bytes.subarray(at, end + 1), list.member);
          if (isValue) [bounds, listValues] = [[], 0];
        }
        at = end;
        continue;
      }
      case 0x5b: // [
      case 0x7b: // {
        if (depth === 0) isName = isObject = byte === 0x7b;
        if (depth === 1 && isValue && byte === 0x5b) {
          [bounds, isInside] = [[at], true];
          listValues = -values;
          valuesBefore = values + 1;
        }
        values++;
        if (++depth > MAX_JSON_DEPTH) {
          return { code: CODE.NOT_CONVERTIBLE, params: { maxDepth: MAX_JSON_DEPTH } };
        }
        break;
      case 0x2c: // ,
        values++;
        if (depth === 1) [isName, isValue] = [isObject, false];
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth--;
        break;
      default:
        continue;
    }
    if (isInside && list !== null && (byte === 0x2c ? depth === 2 : depth === 1)) {
      const own = values - valuesBefore - (byte === 0x2c ? 1 : 0);
      const fault = checkItem(bytes, list, bounds, at, own);
      if (fault !== null) return fault;
      valuesBefore = values;
      bounds.push(at);
      if (depth === 1) {
        isInside = false;
        listValues += values;
      }
    }
  }
  if (depth !== 0) return NOT_JSON;
  if (values - listValues > MAX_VALUES) return tooLarge({ maxValues: MAX_VALUES });
  return bounds;
}

/** Whether what ends at `end` may be one more item. */
function checkItem(
  bytes: Uint8Array,
  { member, maxItems, maxItemBytes }: ListLimits,
  bounds: readonly number[],
  end: number,
  values: number,
): ProblemFault | null {
  const index = bounds.length - 1;
  if (index === maxItems) return tooLarge({ maxRecords: maxItems });
  const start = (bounds[index] ?? 0) + 1;
  let broken: Params;
  if (values > MAX_VALUES) broken = { maxItemValues: MAX_VALUES };
  else if (end - start <= maxItemBytes) return null;
  else if (lengthWithin(bytes, start, end) <= maxItemBytes) return null;
  else broken = { maxItemBytes };
  return { ...tooLarge(broken), place: `${member}[${index}]` };
}

/** How many bytes stand there, less the space around them. */
export function lengthWithin(bytes: Uint8Array, start: number, end: number): number {
  let [first, last] = [start, end - 1];
  while (first < end && isSpace(bytes[first])) first++;
  while (last > first && isSpace(bytes[last])) last--;
  return last - first + 1;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}

/** Whether a JSON string, which may be written with escapes, is this name. */
function isNamed(written: Uint8Array, name: string): boolean {
  // No character has more than the six bytes of an escape.
  if (written.length > 6 * name.length + 2) return false;
  try {
    return JSON.parse(utf8.decode(written)) === name;
  } catch {
    return false;
  }
}

function tooLarge(params: Params): ProblemFault {
  return { problem: 'TOO_LARGE', params };
}
