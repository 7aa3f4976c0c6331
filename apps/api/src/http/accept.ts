/** A media range and how much it is wanted (RFC 9110, 12.5.1). */
interface Range {
  readonly type: string;
  readonly subtype: string;
  /** 0 to 1; 0: not at all. */
  readonly quality: number;
}

const RANGE = /^([!#$%&'*+.^_`|~\w-]+)\/([!#$%&'*+.^_`|~\w-]+)$/;
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
  const ranges = readAccept(accept ?? '');
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

function readAccept(accept: string): Range[] {
  return accept.split(',').flatMap((element) => {
    const [range = '', ...parameters] = element.split(';').map((part) => part.trim().toLowerCase());
    const [, type, subtype] = RANGE.exec(range) ?? [];
    if (type === undefined || subtype === undefined) return [];
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    const quality = weight === undefined ? 1 : Number(QUALITY.exec(weight)?.[1] ?? 1);
    return [{ type, subtype, quality }];
  });
}

/** By the most exact range that the type is in. */
function qualityOf(offered: string, ranges: readonly Range[]): number {
  const [type, subtype] = offered.split('/');
  const found =
    ranges.find((range) => range.type === type && range.subtype === subtype) ??
    ranges.find((range) => range.type === type && range.subtype === '*') ??
    ranges.find((range) => range.type === '*' && range.subtype === '*');
  return found?.quality ?? 0;
}
