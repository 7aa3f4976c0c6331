import type { Fault } from '#errors';
import { CODE } from '#errors';

/** 0200024 at the number `index` (from 0) of a record. */
export function blockedFault(index: number): Fault {
  return { code: CODE.BLOCKLISTED, place: `called[${index}].calledNo` };
}
