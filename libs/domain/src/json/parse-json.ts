import type { Fault } from '#errors';
import { CODE } from '#errors';
import { endOfString } from './end-of-string.ts';

/** How deep a body or a record may be nested: `{}` is one level. */
export const MAX_JSON_DEPTH = 64;

export const NOT_JSON: Fault = { code: CODE.NOT_CONVERTIBLE, params: { expected: 'json' } };
const NOT_UTF8: Fault = { code: CODE.NOT_CONVERTIBLE, params: { expected: 'utf8' } };

/** Decodes all that stands there, a byte order mark as well; throws on what is not UTF-8. */
export const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What a JSON text says. */
export interface ParsedJson {
  readonly value: unknown;
}

/**
 * A JSON text in UTF-8 as a value, or the fault 02000008 without a place.
 *
 * A byte order mark in front is passed over, as RFC 8259 (8.1) allows: exports of spreadsheets begin
 * with one. Members named `__proto__` come out as ordinary own members, and of members with one name
 * the last counts, as `JSON.parse` has it.
 */
export function parseJson(bytes: Uint8Array, maxDepth = MAX_JSON_DEPTH): ParsedJson | Fault {
  const text = decodeUtf8(withoutMark(bytes));
  return typeof text === 'string' ? parseJsonText(text, maxDepth) : text;
}

/** Without a byte order mark in front. */
export function withoutMark(bytes: Uint8Array): Uint8Array {
  const isMarked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return isMarked ? bytes.subarray(3) : bytes;
}

/** The text with all that stands in it, or 02000008. */
export function decodeUtf8(bytes: Uint8Array): string | Fault {
  try {
    return utf8.decode(bytes);
  } catch {
    return NOT_UTF8;
  }
}

/** The same for a text that is decoded already; a byte order mark is no longer expected in it. */
export function parseJsonText(text: string, maxDepth = MAX_JSON_DEPTH): ParsedJson | Fault {
  if (isDeeperThan(text, maxDepth)) {
    return { code: CODE.NOT_CONVERTIBLE, params: { maxDepth } };
  }
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return NOT_JSON;
  }
}

/** Whether brackets outside of strings are open more than `max` deep anywhere. */
function isDeeperThan(text: string, max: number): boolean {
  if (!hasMoreOpenings(text, max)) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22: // "
        at = endOfString(text, at);
        break;
      case 0x5b: // [
      case 0x7b: // {
        if (++depth > max) return true;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth--;
    }
  }
  return false;
}

/** A text is rarely that deep, and cannot be with fewer brackets: counting those first is cheap. */
function hasMoreOpenings(text: string, max: number): boolean {
  let count = 0;
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at >= 0; at = text.indexOf(bracket, at + 1)) {
      if (++count > max) return true;
    }
  }
  return false;
}
