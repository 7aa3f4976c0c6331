import type { Fault } from '#errors';
import { CODE, within } from '#errors';
import type { RecordLimits } from './limits.ts';
import type { ListRule } from './members.ts';
import { RECORD_MEMBERS } from './members.ts';
import type { Check, TextRule } from './text-rule.ts';
import { ABSENT, compileText } from './text-rule.ts';

type Members = Readonly<Record<string, unknown>>;

/** Judges one member of an object: a fault with its place, or null. */
type MemberCheck = (members: Members, limits: RecordLimits) => Fault | null;

const NOT_AN_OBJECT: Fault = { code: CODE.WRONG_TYPE, params: { expected: 'object' } };
const NOT_A_LIST: Fault = { code: CODE.WRONG_TYPE, params: { expected: 'list' } };

const memberChecks = Object.entries(RECORD_MEMBERS).map(([name, rule]) =>
  'items' in rule ? compileList(name, rule) : compileMember(name, rule),
);

/**
 * The rules over one record that the campaign has no part in but for `maxNumbersPerRecord`: the first
 * fault in the order of the interface's Tables 4 and 5, or null.
 *
 * The place is relative to the record (`called[0].calledNo`), absent where the record is no object.
 * Members that are not known are passed over.
 */
export function checkRecordForm(value: unknown, limits: RecordLimits): Fault | null {
  if (!isObject(value)) return NOT_AN_OBJECT;
  for (const check of memberChecks) {
    const fault = check(value, limits);
    if (fault !== null) return fault;
  }
  return null;
}

/** Whether a JSON value is an object: neither `null` nor a list. */
export function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function compileMember(name: string, rule: TextRule): MemberCheck {
  const check = compileText(rule);
  return (members) => {
    const fault = check(members[name]);
    return fault === null ? null : within(fault, name);
  };
}

function compileList(name: string, rule: ListRule): MemberCheck {
  const checkItem = compileItem(rule);
  return (members, limits) => {
    const list = members[name];
    if (list === undefined || list === null) return within(ABSENT, name);
    if (!Array.isArray(list)) return within(NOT_A_LIST, name);
    if (list.length === 0) return within(ABSENT, name);
    const max = limits.maxNumbersPerRecord;
    if (list.length > max) return { code: CODE.TOO_MANY_ITEMS, place: name, params: { max } };
    for (let index = 0; index < list.length; index++) {
      const fault = checkItem(list[index]);
      if (fault !== null) return within(fault, `${name}[${index}]`);
    }
    return null;
  };
}

function compileItem(rule: ListRule): Check {
  const members = Object.entries(rule.items).map(
    ([name, item]) => [name, compileText(item)] as const,
  );
  return (value) => {
    if (!isObject(value)) return NOT_AN_OBJECT;
    for (const [name, check] of members) {
      const fault = check(value[name]);
      if (fault !== null) return within(fault, name);
    }
    return null;
  };
}
