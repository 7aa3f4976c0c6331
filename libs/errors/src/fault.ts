import type { Locale } from './locale.ts';
import type { Code } from './registry.ts';
import { codeEntry } from './registry.ts';
import type { Params } from './terms.ts';
import { render } from './terms.ts';

/**
 * What is wrong, as plain JSON data: stored with a rejected record and put into words only when it is
 * read, in the reader's language. It never holds the offending value, which may be a phone number.
 */
export interface Fault {
  readonly code: Code;
  /** Where: `callDataList[3].called[0].calledNo`, or `called[0].calledNo` in an upload's record. */
  readonly place?: string;
  /** Limits and what is allowed: numbers, or keys of `TERMS`. */
  readonly params?: Params;
  /** Of 0200006: it is certain that the request has not taken effect and never will. Told to programs as well. */
  readonly nothingKept?: true;
}

/** `callDataList[3].called[0].calledNo: longer than 24 characters` */
export function describe(fault: Fault, locale: Locale): string {
  const text = render(codeEntry(fault.code), locale, fault.params);
  return fault.place === undefined ? text : `${fault.place}: ${text}`;
}

/** The same fault seen from further out: `called[0]` in `callDataList[3]`. */
export function within(fault: Fault, outer: string): Fault {
  return { ...fault, place: fault.place === undefined ? outer : `${outer}.${fault.place}` };
}
