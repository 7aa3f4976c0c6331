import { endOfString } from './end-of-string.ts';

/**
 * The items of a list that is a member of an object, each as the text it was written with: converted and written anew, large
 * numbers lose digits, `1e3` becomes 1000, and of members with one name the last alone is left. Of lists with one name it is
 * the last one's items, as with `JSON.parse`; none where that member is no list, or is not there.
 *
 * Line feeds and carriage returns, which JSON has only between its words, become spaces: each text is one line.
 *
 * @param text of an object, and one that `JSON.parse` takes: nothing of its form is looked at again
 */
export function* itemTexts(text: string, member: string): Generator<string> {
  const bounds = boundsOfList(text, member);
  for (let index = 1; index < bounds.length; index++) {
    const item = text.slice((bounds[index - 1] ?? 0) + 1, bounds[index]).trim();
    // Only of an empty list.
    if (item !== '') yield item.replaceAll(/[\r\n]/g, ' ');
  }
}

/** Where the list of the last member with this name has its brackets, and the commas between its items. */
function boundsOfList(text: string, member: string): number[] {
  let bounds: number[] = [];
  let at = endOfSpace(text, text.indexOf('{') + 1);
  while (text[at] === QUOTE) {
    const nameEnd = endOfString(text, at);
    let end = endOfSpace(text, text.indexOf(':', nameEnd) + 1);
    if (isNamed(text.slice(at + 1, nameEnd), member)) {
      bounds = [];
      // In one pass: what is cut need not be passed over as well.
      for (; text[end] === '[' || text[end] === ','; end = endOfValue(text, end + 1)) {
        bounds.push(end);
      }
      if (bounds.length > 0) bounds.push(end++);
    }
    // Behind the comma; behind the closing brace there is no name.
    at = endOfSpace(text, endOfValue(text, end) + 1);
  }
  return bounds;
}

const QUOTE = '"';

/** A name may be written with escapes. */
function isNamed(written: string, name: string): boolean {
  return written === name || (written.includes('\\') && JSON.parse(`"${written}"`) === name);
}

/** Where the value that begins at `start`, or behind space there, is followed by a comma or a closing bracket. */
function endOfValue(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22: // "
        at = endOfString(text, at);
        break;
      case 0x5b: // [
      case 0x7b: // {
        depth++;
        break;
      case 0x2c: // ,
        if (depth === 0) return at;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        if (depth-- === 0) return at;
    }
  }
  return text.length;
}

function endOfSpace(text: string, start: number): number {
  let at = start;
  while (SPACE.has(text.charCodeAt(at))) at++;
  return at;
}

/** Tabulator, line feed, carriage return, space. */
const SPACE: ReadonlySet<number> = new Set([0x09, 0x0a, 0x0d, 0x20]);
