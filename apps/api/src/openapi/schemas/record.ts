import {
  BATCH_ID,
  DEFAULT_RECORD_LIMITS,
  NUMBER_MEMBERS,
  RECORD_MEMBERS,
  SPECIAL_CHARACTERS,
} from '#domain';
import { CAMPAIGN_RANGES } from '../../campaigns/campaign-members.ts';
import { schema } from '../types.ts';
import type { Schema } from '../types.ts';

/** No special characters: those of the interface's Table 4. */
const PLAIN = `^[^\\u0000${SPECIAL_CHARACTERS.replace(/[\\\]^[-]/g, '\\$&')}]*$`;

/** Text that may be absent, for which `null` and the empty string stand as well. */
const optionalText = (description: string, keywords: Schema = {}): Schema => ({
  type: ['string', 'null'],
  description,
  ...keywords,
});

/** A number to call: the interface's Table 5. */
const CalledNumber: Schema = {
  type: 'object',
  description: 'A number to call (Table 5 of the interface). Unknown members are ignored.',
  required: ['calledNo'],
  additionalProperties: true,
  properties: {
    calledNo: {
      type: 'string',
      description: 'Digits, `*` and `#`. The campaign may ask for a least length.',
      minLength: CAMPAIGN_RANGES.minNumberLength[0],
      maxLength: NUMBER_MEMBERS.calledNo.max,
      pattern: '^[0-9*#]+$',
    },
    delayTime: optionalText(
      'Seconds from 0 to 86400, in a string of one to five digits. Default 0.',
      {
        pattern: '^[0-9]{0,5}$',
      },
    ),
    type: optionalText('No special characters. Mandatory where the campaign says so.', {
      maxLength: NUMBER_MEMBERS.type.max,
      pattern: PLAIN,
    }),
  },
};

/** A record: the interface's Table 4. */
const CallRecord: Schema = {
  type: 'object',
  description:
    'A record to be called (Table 4 of the interface). Characters are counted as Unicode code points; NUL and lone surrogates are invalid everywhere. In optional members `null` and the empty string count as absent. Unknown members are ignored.',
  required: ['called'],
  additionalProperties: true,
  properties: {
    sessionId: optionalText(
      'A number may come once under a `sessionId`; records without one count as one session.',
      { maxLength: RECORD_MEMBERS.sessionId.max },
    ),
    called: {
      type: 'array',
      description: `The numbers, in the order in which they are tried. At most ${DEFAULT_RECORD_LIMITS.maxNumbersPerRecord} unless the campaign says otherwise.`,
      minItems: 1,
      maxItems: CAMPAIGN_RANGES.maxNumbersPerRecord[1],
      items: schema('CalledNumber'),
    },
    caller: optionalText('The number that is shown to who is called.', {
      maxLength: RECORD_MEMBERS.caller.max,
    }),
    customField: optionalText('No special characters.', {
      maxLength: RECORD_MEMBERS.customField.max,
      pattern: PLAIN,
    }),
    recycleTime: optionalText(
      "When the record is given up, in the service's time zone: `yyyy-mm-dd hh:mm:ss`.",
      { pattern: '^(\\d{4}-\\d{2}-\\d{2} \\d{2}:\\d{2}:\\d{2})?$' },
    ),
    callData: optionalText('For the dialer; a JSON text where the campaign says so.', {
      maxLength: RECORD_MEMBERS.callData.max,
    }),
    priority: optionalText('1 is the most urgent. Default 3.', {
      enum: ['1', '2', '3', '4', '5', '', null],
    }),
  },
};

/** A body of records in JSON: the interface's Table 3. */
const callDataBody = (limits: string): Schema => ({
  type: 'object',
  description: `Table 3 of the interface. ${limits} Unknown members are ignored.`,
  required: ['callDataList'],
  additionalProperties: true,
  properties: {
    batchId: optionalText("The sender's own name of the call.", { maxLength: BATCH_ID.max }),
    callDataList: { type: 'array', minItems: 1, items: schema('CallRecord') },
  },
});

/** @param callDataMax records per synchronous call where the campaign does not say */
export function recordSchemas(callDataMax: number): Readonly<Record<string, Schema>> {
  return {
    CalledNumber,
    CallRecord,
    CallDataBody: callDataBody(
      `At most ${callDataMax} records unless the campaign says otherwise; with \`Prefer: respond-async\` as many as an upload.`,
    ),
    UploadBody: callDataBody('As many records as an upload may have, within 16 MiB.'),
  };
}

export const EXAMPLE_RECORD = {
  sessionId: 'S20261123000001',
  called: [
    { calledNo: '13800000001', delayTime: '0', type: 'mobile' },
    { calledNo: '075512345678', delayTime: '30', type: 'office' },
  ],
  caller: '075500000000',
  customField: 'renewal',
  recycleTime: '2026-12-31 18:00:00',
  callData: '{"riskName":"Travel insurance"}',
  priority: '2',
};

export const EXAMPLE_BODY = { batchId: 'autumn', callDataList: [EXAMPLE_RECORD] };
