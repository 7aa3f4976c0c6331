import type { Fault } from '#errors';
import { CODE } from '#errors';

/** The greatest VDN (the interface's Table 1). */
export const MAX_VDN_ID = 9999;

/** The greatest campaign ID: a JSON number holds no greater integer exactly. */
export const MAX_CAMPAIGN_ID = Number.MAX_SAFE_INTEGER;

/** `{vdnId}` of a path: 1 to 9999, or 02000006 (no integer) or 02000007 (out of range). */
export function parseVdnId(text: string): number | Fault {
  return parseId(text, 'vdnId', MAX_VDN_ID);
}

/** `{campaignId}` of a path: 1 to 2^53 - 1, or 02000006 (no integer) or 02000007 (out of range). */
export function parseCampaignId(text: string): number | Fault {
  return parseId(text, 'campaignId', MAX_CAMPAIGN_ID);
}

/**
 * An integer in decimal digits, and nothing else that some language would read as one (`+1`, `1.0`, `1e0`, ` 1`). Leading
 * zeros change nothing (`007` is 7). `-1` is an integer, and out of range.
 */
function parseId(text: string, place: string, max: number): number | Fault {
  if (!/^-?[0-9]+$/.test(text)) {
    return { code: CODE.WRONG_TYPE, place, params: { expected: 'integer' } };
  }
  // Rounding cannot bring a number from beyond 2^53 - 1 back into the range.
  const id = Number(text);
  if (id < 1 || id > max) return { code: CODE.WRONG_VALUE, place, params: { min: 1, max } };
  return id;
}
