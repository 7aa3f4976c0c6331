import type { ProblemFault } from '#errors';
import type { JsonBody } from '../json/read-json-body.ts';
import type { CheckedCall } from './check-call.ts';

/** The most that the text of a record of a call may have: it is kept and handed out as it was sent. */
export const MAX_RECORD_BYTES = 64 * 1024;

/**
 * The first record of a call that is longer than that, or null. To be asked once `checkCall` has found the call right: what is
 * too long by the interface's rules has a code, and what is left then are members that it does not know, and space.
 */
export function checkTexts(body: JsonBody): ProblemFault | null {
  const { callDataList } = body.value as CheckedCall;
  const index = callDataList.findIndex((_, at) => body.itemBytes(at) > MAX_RECORD_BYTES);
  if (index < 0) return null;
  const params = { maxItemBytes: MAX_RECORD_BYTES };
  return { problem: 'TOO_LARGE', place: `callDataList[${index}]`, params };
}
