import type { Fault } from '#errors';
import { CODE } from '#errors';
import { PHONE, PLAIN, TEXT } from './characters.ts';
import { checkRecycleTime } from './recycle-time.ts';
import type { TextRule } from './text-rule.ts';

/** Items of `called`, in the order of the interface's Table 5. */
export const NUMBER_MEMBERS = {
  calledNo: { mandatory: true, max: 24, characters: PHONE },
  delayTime: { characters: TEXT, value: checkDelayTime },
  type: { max: 20, characters: PLAIN },
} as const satisfies Record<string, TextRule>;

/** A list of objects whose members are texts. */
export interface ListRule {
  readonly items: Readonly<Record<string, TextRule>>;
}

/** Items of `callDataList`, in the order of the interface's Table 4. */
export const RECORD_MEMBERS = {
  sessionId: { max: 32, characters: TEXT },
  called: { items: NUMBER_MEMBERS },
  caller: { max: 24, characters: TEXT },
  customField: { max: 200, characters: PLAIN },
  recycleTime: { characters: TEXT, value: checkRecycleTime },
  callData: { max: 1024, characters: TEXT },
  priority: { characters: TEXT, value: checkPriority },
} as const satisfies Record<string, TextRule | ListRule>;

/** The body's own member beside `callDataList` (the interface's Table 3). */
export const BATCH_ID: TextRule = { max: 64, characters: TEXT };

const MAX_DELAY = 86_400;
const MAX_DELAY_DIGITS = 5;
const NOT_A_DELAY: Fault = {
  code: CODE.WRONG_VALUE,
  params: { min: 0, max: MAX_DELAY, maxDigits: MAX_DELAY_DIGITS },
};
const NOT_A_PRIORITY: Fault = { code: CODE.WRONG_VALUE, params: { min: 1, max: 5 } };

/** One to five ASCII digits, 0 to 86400 seconds; leading zeros change nothing. */
function checkDelayTime(text: string): Fault | null {
  if (text.length > MAX_DELAY_DIGITS) return NOT_A_DELAY;
  let seconds = 0;
  for (let at = 0; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return NOT_A_DELAY;
    seconds = seconds * 10 + digit;
  }
  return seconds > MAX_DELAY ? NOT_A_DELAY : null;
}

function checkPriority(text: string): Fault | null {
  return text.length === 1 && text >= '1' && text <= '5' ? null : NOT_A_PRIORITY;
}
