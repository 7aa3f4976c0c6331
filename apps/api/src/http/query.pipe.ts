import type { PipeTransform } from '@nestjs/common';
import { isObject } from '#domain';
import { ProblemError } from '#errors';

/** Reads one parameter; throws through `badParameter` where its value is not allowed. */
export type ReadParameter<T> = (text: string, name: string) => T;

type Readers = Readonly<Record<string, ReadParameter<unknown>>>;

/** The parameters that were given, read. */
export type QueryOf<R extends Readers> = { readonly [K in keyof R]?: ReturnType<R[K]> };

/** Reads the query of a request. A parameter that is unknown, given twice, or of a value not allowed: 400. */
export class QueryPipe<R extends Readers> implements PipeTransform<unknown, QueryOf<R>> {
  readonly #readers: R;

  constructor(readers: R) {
    this.#readers = readers;
  }

  transform(query: unknown): QueryOf<R> {
    const given = isObject(query) ? Object.entries(query) : [];
    const read = given.map(([name, value]) => {
      const reader = Object.hasOwn(this.#readers, name) ? this.#readers[name] : undefined;
      if (reader === undefined || typeof value !== 'string') throw badParameter(name);
      return [name, reader(value, name)] as const;
    });
    return Object.fromEntries(read) as QueryOf<R>;
  }
}

export function badParameter(
  name: string,
  params: Record<string, string | number> = {},
): ProblemError {
  return new ProblemError({ problem: 'BAD_PARAMETER', place: name, params });
}

/** A whole number from `min` to `max`. */
export function wholeNumber(min: number, max: number): ReadParameter<number> {
  return (text, name) => {
    const value = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
    if (!(value >= min && value <= max)) throw badParameter(name, { min, max });
    return value;
  };
}

/** One of some words. */
export function oneOf<T extends string>(words: readonly T[]): ReadParameter<T> {
  return (text, name) => {
    const word = words.find((candidate) => candidate === text);
    if (word === undefined) throw badParameter(name, { allowed: words.join(', ') });
    return word;
  };
}

export const trueOrFalse: ReadParameter<boolean> = (text, name) =>
  oneOf(['true', 'false'])(text, name) === 'true';

/** How many items a page may have. */
export const PAGE_LIMITS = { min: 1, max: 1_000 };

export const pageLimit = wholeNumber(PAGE_LIMITS.min, PAGE_LIMITS.max);

export const DEFAULT_LIMIT = 100;
