import type { Random } from './random.ts';

/** A number to call, as the interface's Table 5 has it. */
export interface CalledNumber {
  readonly calledNo: string;
  readonly delayTime?: string;
  readonly type?: string;
}

/** A record as a client sends it: an item of `callDataList`, the interface's Table 4. */
export interface CallRecord {
  readonly sessionId?: string;
  readonly called: readonly CalledNumber[];
  readonly caller?: string;
  readonly customField?: string;
  readonly recycleTime?: string;
  readonly callData?: string;
  readonly priority?: string;
}

const FAMILY_NAMES = ['Lin', 'Wang', 'Zhao', 'Chen', 'Huang', 'Zhou', 'Xu', 'Sun', 'Guo', 'He'];
const GIVEN_NAMES = ['Zihang', 'Yutong', 'Haoran', 'Xinyi', 'Junjie', 'Kexin', 'Bowen', 'Jiayi'];
const RISKS = ['Compulsory traffic insurance', 'Household insurance', 'Travel insurance'];
const PREFIXES = ['130', '135', '138', '139', '150', '159', '186', '188'];

/**
 * A valid record of about 240 bytes as JSON, such as a company sends that calls about expiring insurances. Its first
 * number and its session are different for every `place`, whatever the random numbers.
 */
export function record(
  random: Random,
  place: number,
  changes: Partial<CallRecord> = {},
): CallRecord {
  const name = `${random.pick(FAMILY_NAMES)} ${random.pick(GIVEN_NAMES)}`;
  const date = `2026-${twoDigits(random.between(1, 12))}-${twoDigits(random.between(1, 28))}`;
  return {
    sessionId: `S${String(place).padStart(9, '0')}${random.digits(6)}`,
    called: [{ calledNo: distinctNumber(random, place), delayTime: '0', type: 'mobile' }],
    caller: '075512345678',
    callData: JSON.stringify({ fullName: name, date, riskName: random.pick(RISKS) }),
    priority: String(random.between(1, 5)),
    ...changes,
  };
}

/** As many valid records, no number twice. */
export function records(random: Random, count: number): CallRecord[] {
  return Array.from({ length: count }, (_, place) => record(random, place));
}

/** Eleven digits, of which the last eight say the place. */
const distinctNumber = (random: Random, place: number): string =>
  `${random.pick(PREFIXES)}${String(place).padStart(8, '0')}`;

const twoDigits = (value: number): string => String(value).padStart(2, '0');

/** One record a line, each line ended. */
export const ndjson = (list: readonly unknown[]): string =>
  list.map((item) => `${JSON.stringify(item)}\n`).join('');

/** What `PUT /v1/vdns/{vdnId}/campaigns/{campaignId}` takes, all optional. */
export interface CampaignSettings {
  readonly name?: string;
  readonly state?: 'running' | 'paused' | 'completed' | 'expired';
  readonly maxRecordsPerCall?: number;
  readonly maxIncomplete?: number;
  readonly admissionIntervalMs?: number;
  readonly batchSize?: number;
  readonly requireNumberType?: boolean;
  readonly requireJsonCallData?: boolean;
  readonly maxNumbersPerRecord?: number;
  readonly minNumberLength?: number;
}

/** A campaign without pacing: most tests are about something else. */
export const unpaced = (changes: CampaignSettings = {}): CampaignSettings => ({
  name: 'Renewals',
  admissionIntervalMs: 0,
  ...changes,
});
