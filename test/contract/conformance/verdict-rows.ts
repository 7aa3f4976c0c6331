import type { CampaignSettings } from '../../support/factories.ts';
import type { Fault, Texts } from './wording.ts';
import * as says from './wording.ts';

/** A call to a campaign that already holds one record, admitted a moment ago: what the worker says of it. */
export interface VerdictRow {
  readonly what: string;
  readonly campaign: CampaignSettings;
  readonly numbers: readonly string[];
  readonly fault: Fault;
}

/** The number that is blocked. */
export const BLOCKED_NUMBER = '110';

const MINUTE: CampaignSettings = { admissionIntervalMs: 60_000 };
const FULL: CampaignSettings = { maxIncomplete: 2 };

const row = (
  code: string,
  place: string,
  texts: Texts,
  campaign: CampaignSettings,
  numbers: readonly string[],
  what: string,
): VerdictRow => ({ what, campaign, numbers, fault: { code, place, texts } });

const FIRST = 'callDataList[0].called[0].calledNo';
const SECOND = 'callDataList[1].called[0].calledNo';

export const VERDICT_ROWS: readonly VerdictRow[] = [
  row('0200022', '', says.TOO_SOON, MINUTE, ['1'], 'too soon'),
  row('0200024', SECOND, says.BLOCKED, {}, ['1', BLOCKED_NUMBER], 'a blocked number'),
  row('0200020', '', says.full(2), FULL, ['1', '2'], 'too many'),
  row('0200018', SECOND, says.TWICE, MINUTE, ['1', '1'], 'a number twice, then too soon'),
  row('0200022', '', says.TOO_SOON, MINUTE, [BLOCKED_NUMBER], 'too soon, then a blocked number'),
  row(
    '0200024',
    FIRST,
    says.BLOCKED,
    FULL,
    [BLOCKED_NUMBER, '1'],
    'a blocked number, then too many',
  ),
  row(
    '0200018',
    SECOND,
    says.TWICE,
    { ...MINUTE, ...FULL },
    [BLOCKED_NUMBER, BLOCKED_NUMBER],
    'a number twice, then all of the others',
  ),
];
