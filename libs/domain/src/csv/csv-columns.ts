import type { Fault, ProblemFault } from '#errors';
import { CODE } from '#errors';
import { NUMBER_MEMBERS, RECORD_MEMBERS } from '../record/members.ts';

/** More than every member of a record with the most numbers that a campaign can allow, and columns of the sender's own. */
export const MAX_CSV_COLUMNS = 1_000;

type Member = string | Readonly<Record<string, string>>[];

/** Where the fields of a column belong. */
type Target =
  /** A column without a name: its fields must be empty. */
  | { readonly kind: 'none' }
  | { readonly kind: 'member'; readonly member: string }
  /** Of the number at `index` in `called`, from 0. */
  | { readonly kind: 'number'; readonly index: number; readonly member: string };

const NUMBER_COLUMN = new RegExp(
  `^(${Object.keys(NUMBER_MEMBERS).join('|')})([2-9]|[1-9]\\d{1,2})?$`,
);

const TEXT_MEMBERS = new Set(Object.keys(RECORD_MEMBERS).filter((name) => name !== 'called'));

/** The member for a column named `called`, which is the name of the list that a row's numbers make. */
const CALLED_COLUMN = 'calledColumn';

/**
 * What the columns of a CSV upload mean: its header, read once, as the way from the fields of a row to a record and back.
 *
 * `calledNo`, `delayTime`, `type` belong to the first number, `calledNo2` and so on to the further ones, the other names
 * of the interface's Table 4 to members of the record. A column of any other name is a member of that name, which the
 * service passes on as it does with unknown members of JSON. An empty field is absent.
 */
export class CsvColumns {
  readonly #targets: readonly Target[];

  private constructor(targets: readonly Target[]) {
    this.#targets = targets;
  }

  /**
   * Reads a header; blanks around a name are not part of it.
   *
   * @returns a problem with the column as its place, counted from 1, where the header is none
   */
  static read(header: readonly string[]): CsvColumns | ProblemFault {
    if (header.length > MAX_CSV_COLUMNS) {
      return { problem: 'BROKEN_CONTAINER', params: { maxColumns: MAX_CSV_COLUMNS } };
    }
    const targets = header.map((name) => targetOf(name.trim()));
    const seen = new Set<string>();
    for (const [index, target] of targets.entries()) {
      if (target.kind === 'none') continue;
      const name = target.kind === 'number' ? `${target.index}.${target.member}` : target.member;
      if (seen.has(`${target.kind} ${name}`)) {
        const params = { reason: 'csvDoubledColumn' };
        return { problem: 'BROKEN_CONTAINER', place: `column ${index + 1}`, params };
      }
      seen.add(`${target.kind} ${name}`);
    }
    if (!seen.has('number 0.calledNo')) {
      return { problem: 'BROKEN_CONTAINER', params: { reason: 'csvNoNumber' } };
    }
    return new CsvColumns(targets);
  }

  /**
   * The record of a row. A row may end early; what it has beyond the header must be empty.
   *
   * @returns a fault with the field as its place, counted from 1, for one that belongs to no column
   */
  toRecord(fields: readonly string[]): { record: Readonly<Record<string, unknown>> } | Fault {
    const stray = fields.findIndex((field, index) => field !== '' && this.#isNone(index));
    if (stray >= 0) {
      const params = { reason: 'csvNoColumn' };
      return { code: CODE.NOT_CONVERTIBLE, place: `field ${stray + 1}`, params };
    }
    return { record: this.toPart(fields) };
  }

  /** What of a row has columns, as a record. */
  toPart(fields: readonly string[]): Readonly<Record<string, unknown>> {
    const record: Record<string, Member> = {};
    const called: Record<string, string>[] = [];
    for (let index = 0; index < fields.length; index++) {
      const field = fields[index] ?? '';
      const target = this.#targets[index] ?? NO_TARGET;
      if (field === '' || target.kind === 'none') continue;
      if (target.kind === 'member') {
        setMember(record, target.member, field);
      } else {
        // Numbers that are empty stand between those that are not.
        while (called.length <= target.index) called.push({});
        const number = called[target.index];
        if (number !== undefined) number[target.member] = field;
      }
    }
    record.called = called;
    return record;
  }

  #isNone(index: number): boolean {
    return (this.#targets[index]?.kind ?? 'none') === 'none';
  }

  /** The fields of a record that `toRecord` made, up to the last that is not empty. */
  toFields(record: Readonly<Record<string, unknown>>): string[] {
    const called = record.called as readonly Readonly<Record<string, string>>[];
    const fields = this.#targets.map((target) => {
      if (target.kind === 'none') return '';
      const members = target.kind === 'member' ? record : called[target.index];
      const field = members?.[target.member];
      return typeof field === 'string' ? field : '';
    });
    return fields.slice(0, fields.findLastIndex((field) => field !== '') + 1);
  }
}

const NO_TARGET: Target = { kind: 'none' };

/**
 * An object without a prototype would do as well, but is a dictionary: a million of them take twice the time and leave so much
 * garbage behind that the heap grows.
 */
function setMember(record: Record<string, Member>, name: string, value: string): void {
  if (name !== '__proto__') {
    record[name] = value;
    return;
  }
  Object.defineProperty(record, name, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

function targetOf(name: string): Target {
  if (name === '') return NO_TARGET;
  if (name === 'called') return { kind: 'member', member: CALLED_COLUMN };
  const [, member, number = '1'] = (TEXT_MEMBERS.has(name) ? null : NUMBER_COLUMN.exec(name)) ?? [];
  if (member === undefined) return { kind: 'member', member: name };
  return { kind: 'number', index: Number(number) - 1, member };
}
