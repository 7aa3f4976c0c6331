import type { Fault, ProblemFault } from '#errors';
import { CODE } from '#errors';

type Name = 'number' | 'expiresAt' | '';

/**
 * What the columns of a blocklist as CSV mean: `number`, and perhaps `expiresAt`, in any order. A column without a name must
 * be empty. Others are refused, as unknown members are: a slip of the pen in `expiresAt` would block numbers for ever.
 */
export class NumberColumns {
  readonly #names: readonly Name[];

  private constructor(names: readonly Name[]) {
    this.#names = names;
  }

  /**
   * Reads a header; blanks around a name are not part of it.
   *
   * @returns a problem with the column as its place, counted from 1, where the header is none
   */
  static read(header: readonly string[]): NumberColumns | ProblemFault {
    const names: Name[] = [];
    for (const [index, text] of header.entries()) {
      const name = text.trim();
      const place = `column ${index + 1}`;
      if (!isName(name)) return broken('csvOtherColumn', place);
      if (name !== '' && names.includes(name)) return broken('csvDoubledColumn', place);
      names.push(name);
    }
    return names.includes('number') ? new NumberColumns(names) : broken('csvNoNumberColumn');
  }

  /**
   * The members of a row; an empty `expiresAt` is none. A row may end early; what it has beyond the header must be empty.
   *
   * @returns a fault with the field as its place, counted from 1, for one that belongs to no column
   */
  toRecord(fields: readonly string[]): { record: Readonly<Record<string, unknown>> } | Fault {
    const record: Record<string, unknown> = {};
    for (const [index, field] of fields.entries()) {
      if (field === '') continue;
      const name = this.#names[index] ?? '';
      if (name === '') {
        const place = `field ${index + 1}`;
        return { code: CODE.NOT_CONVERTIBLE, place, params: { reason: 'csvNoColumn' } };
      }
      record[name] = field;
    }
    return { record };
  }
}

function isName(text: string): text is Name {
  return text === 'number' || text === 'expiresAt' || text === '';
}

function broken(reason: string, place?: string): ProblemFault {
  const problem = { problem: 'BROKEN_CONTAINER', params: { reason } } as const;
  return place === undefined ? problem : { ...problem, place };
}
