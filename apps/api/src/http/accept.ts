import { fieldElements } from './field-elements.ts';

/** Something that is accepted, and how much it is wanted (RFC 9110, 12.4.2). */
interface Wish {
  /** Lower case. */
  readonly name: string;
  /** 0 to 1; 0: not at all. */
  readonly quality: number;
}

const RANGE = /^[!#$%&'*+.^_`|~\w-]+\/[!#$%&'*+.^_`|~\w-]+$/;
const QUALITY = /^q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;

/**
 * The one of the offered media types that an `Accept` field asks for: of the one wanted most, and of several that are wanted
 * as much the first. Without the field anything will do. What is no media range in it is passed over; parameters other than
 * `q` are not looked at.
 *
 * @param offered `type/subtype`, lower case
 * @returns undefined where it accepts none of them
 */
export function preferredType<T extends string>(
  accept: string | undefined,
  offered: readonly T[],
): T | undefined {
  const ranges = readRanges(accept);
  if (ranges.length === 0) return offered[0];
  let best: T | undefined;
  let most = 0;
  for (const type of offered) {
    const quality = qualityOf(type, ranges);
    if (quality > most) {
      best = type;
      most = quality;
    }
  }
  return best;
}

/**
 * Whether an `Accept` field names a media type, by more than a range, and wants it no less than another one: what is only
 * given to those who ask for it.
 */
export function namesType(accept: string | undefined, type: string, other: string): boolean {
  const ranges = readRanges(accept);
  const quality = ranges.find(({ name }) => name === type)?.quality ?? 0;
  return quality > 0 && quality >= qualityOf(other, ranges);
}

/** Whether an `Accept-Encoding` field accepts a content coding; without the field none is. */
export function acceptsCoding(acceptEncoding: string | undefined, coding: string): boolean {
  const wishes = readWishes(acceptEncoding);
  return (firstOf([coding, '*'], wishes)?.quality ?? 0) > 0;
}

function readRanges(accept: string | undefined): Wish[] {
  return readWishes(accept).filter(({ name }) => RANGE.test(name));
}

function readWishes(field = ''): Wish[] {
  return fieldElements(field.toLowerCase()).map(([name = '', ...parameters]) => {
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    const quality = weight === undefined ? 1 : Number(QUALITY.exec(weight)?.[1] ?? 1);
    return { name, quality };
  });
}

/** By the most exact range that the type is in. */
function qualityOf(type: string, ranges: readonly Wish[]): number {
  const [group = ''] = type.split('/');
  return firstOf([type, `${group}/*`, '*/*'], ranges)?.quality ?? 0;
}

function firstOf(names: readonly string[], wishes: readonly Wish[]): Wish | undefined {
  const [name, ...others] = names;
  if (name === undefined) return undefined;
  return wishes.find((wish) => wish.name === name) ?? firstOf(others, wishes);
}
