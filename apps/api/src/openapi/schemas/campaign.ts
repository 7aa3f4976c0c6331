import { DEFAULT_RECORD_LIMITS, MAX_CAMPAIGN_ID, MAX_INCOMPLETE, MAX_VDN_ID } from '#domain';
import { CAMPAIGN_STATES } from '#wire';
import { CAMPAIGN_RANGES } from '../../campaigns/campaign-members.ts';
import type { Schema } from '../types.ts';
import { count, dateTime, dateTimeOrNull, pageOf } from './common.ts';

type Range = Exclude<keyof typeof CAMPAIGN_RANGES, 'name'>;

function within(member: Range, description: string, fallback?: number): Schema {
  const [minimum, maximum] = CAMPAIGN_RANGES[member];
  return {
    type: 'integer',
    minimum,
    maximum,
    description,
    ...(fallback === undefined ? {} : { default: fallback }),
  };
}

/** What can be set, with what holds where nothing is. */
const settable = (callDataMax: number): Readonly<Record<string, Schema>> => ({
  name: { type: ['string', 'null'], maxLength: CAMPAIGN_RANGES.name[1] },
  state: {
    type: 'string',
    enum: CAMPAIGN_STATES,
    default: 'running',
    description:
      '`running` and `paused` take numbers and admit them; `completed` and `expired` do not.',
  },
  maxRecordsPerCall: within('maxRecordsPerCall', 'Records of a synchronous call.', callDataMax),
  maxIncomplete: within(
    'maxIncomplete',
    'The cap: records admitted and not yet complete.',
    MAX_INCOMPLETE,
  ),
  admissionIntervalMs: within('admissionIntervalMs', 'Least time between admissions.', 1_000),
  batchSize: within('batchSize', 'Records of an upload that are admitted together.', 2_000),
  requireNumberType: {
    type: 'boolean',
    default: DEFAULT_RECORD_LIMITS.requireNumberType,
    description: 'Whether every number must have a `type`.',
  },
  requireJsonCallData: {
    type: 'boolean',
    default: DEFAULT_RECORD_LIMITS.requireJsonCallData,
    description: 'Whether `callData` must be a JSON text where it is present.',
  },
  maxNumbersPerRecord: within(
    'maxNumbersPerRecord',
    'Numbers of a record.',
    DEFAULT_RECORD_LIMITS.maxNumbersPerRecord,
  ),
  minNumberLength: within(
    'minNumberLength',
    'Fewest characters of a number.',
    DEFAULT_RECORD_LIMITS.minNumberLength,
  ),
});

/** @param callDataMax records per synchronous call where the campaign does not say */
export function campaignSchemas(callDataMax: number): Readonly<Record<string, Schema>> {
  const members = settable(callDataMax);
  const shown: Readonly<Record<string, Schema>> = {
    vdnId: { type: 'integer', minimum: 1, maximum: MAX_VDN_ID },
    campaignId: { type: 'integer', minimum: 1, maximum: MAX_CAMPAIGN_ID },
    ...members,
    incomplete: count('Records admitted and not yet complete.'),
    capacityLeft: count('How many more fit under the cap.'),
    nextAdmissionAt: dateTimeOrNull(
      'From when on the next admission may be; `null` before the first one.',
    ),
    createdAt: dateTime('When it was created.'),
    updatedAt: dateTime('When it was last changed.'),
  };
  return {
    CampaignMembers: {
      type: 'object',
      description:
        'All members are optional; what is absent keeps its value. Unknown members are refused.',
      additionalProperties: false,
      properties: {
        ...members,
        maxRecordsPerCall: {
          ...members.maxRecordsPerCall,
          type: ['integer', 'null'],
          description: "Records of a synchronous call; `null`: the service's own setting.",
        },
      },
    },
    Campaign: { type: 'object', required: Object.keys(shown), properties: shown },
    CampaignPage: pageOf('Campaign'),
  };
}

export const EXAMPLE_CAMPAIGN = {
  vdnId: 1,
  campaignId: 46,
  name: 'Renewals',
  state: 'running',
  maxRecordsPerCall: 20,
  maxIncomplete: MAX_INCOMPLETE,
  admissionIntervalMs: 1_000,
  batchSize: 2_000,
  requireNumberType: false,
  requireJsonCallData: false,
  maxNumbersPerRecord: 10,
  minNumberLength: 1,
  incomplete: 3_999,
  capacityLeft: MAX_INCOMPLETE - 3_999,
  nextAdmissionAt: '2026-11-23T08:00:01.000Z',
  createdAt: '2026-11-23T07:00:00.000Z',
  updatedAt: '2026-11-23T07:00:00.000Z',
};
