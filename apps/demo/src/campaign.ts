import type { CampaignPlace } from '#client';
import type { SampleRecord } from './sample/record.ts';

export const PLACE: CampaignPlace = { vdnId: 1, campaignId: 46 };

/** The campaign of the demo: a batch a second, and every rule that a campaign can add. */
export const CAMPAIGN = {
  name: 'Renewals 2027',
  admissionIntervalMs: 1000,
  batchSize: 2000,
  maxIncomplete: 200_000,
  requireNumberType: true,
  requireJsonCallData: true,
  minNumberLength: 7,
  maxNumbersPerRecord: 5,
} as const;

/** The records of the synchronous call, one of them urgent. */
export const CALL: readonly SampleRecord[] = [
  {
    sessionId: 'CALLBACK-1',
    called: [{ calledNo: '12025550199', delayTime: '0', type: 'mobile' }],
    callData: '{"fullName":"Ada Example","product":"Home insurance"}',
    priority: '1',
  },
  {
    sessionId: 'CALLBACK-2',
    called: [
      { calledNo: '441632960123', delayTime: '0', type: 'home' },
      { calledNo: '447700900123', delayTime: '30', type: 'mobile' },
    ],
  },
];
