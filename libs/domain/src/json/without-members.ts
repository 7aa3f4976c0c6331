import { endOfString } from './end-of-string.ts';

/**
 * The text of an object without its members of these names, also where a name is written with escapes or is there twice.
 * What is left stands as it was written; members of what is inside are not looked at.
 *
 * @param text of an object, and one that `JSON.parse` takes: nothing of its form is looked at again
 */
export function withoutMembers(text: string, names: ReadonlySet<string>): string {
  const open = text.indexOf('{');
  const kept: string[] = [];
  let members = 0;
  let start = open + 1;
  let name: string | undefined;
  let at = start;
  for (let depth = 1; depth > 0 && at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) {
      const end = endOfString(text, at);
      // The first string of a member is its name.
      name ??= nameOf(text.slice(at, end + 1));
      at = end;
      continue;
    }
    if (unit === OPEN_LIST || unit === OPEN_OBJECT) depth++;
    else if (unit === CLOSE_LIST || unit === CLOSE_OBJECT) depth--;
    const isEnd = unit === COMMA ? depth === 1 : depth === 0;
    if (isEnd && name !== undefined) {
      members++;
      if (!names.has(name)) kept.push(text.slice(start, at));
      name = undefined;
      start = at + 1;
    }
  }
  if (kept.length === members) return text;
  return text.slice(0, open + 1) + kept.join(',') + text.slice(at - 1);
}

function nameOf(written: string): string {
  return written.includes('\\') ? (JSON.parse(written) as string) : written.slice(1, -1);
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
