import type { RecordStatus } from './dialer.ts';
import type { UploadState } from './upload.ts';

/** `paused` takes numbers and admits them: only the dialers stop. */
export const CAMPAIGN_STATES = ['running', 'paused', 'completed', 'expired'] as const;

export type CampaignState = (typeof CAMPAIGN_STATES)[number];

/** What a campaign can be told; absent members keep their value, or take their default when it is created. */
export interface CampaignMembers {
  readonly name?: string | null;
  readonly state?: CampaignState;
  /** Null: the service's own setting again. */
  readonly maxRecordsPerCall?: number | null;
  readonly maxIncomplete?: number;
  readonly admissionIntervalMs?: number;
  /** Records per admission of an asynchronous upload. */
  readonly batchSize?: number;
  readonly requireNumberType?: boolean;
  readonly requireJsonCallData?: boolean;
  readonly maxNumbersPerRecord?: number;
  readonly minNumberLength?: number;
}

/** A campaign as the native face shows it. */
export interface CampaignView {
  readonly vdnId: number;
  readonly campaignId: number;
  readonly name: string | null;
  readonly state: CampaignState;
  readonly maxRecordsPerCall: number;
  readonly maxIncomplete: number;
  readonly admissionIntervalMs: number;
  readonly batchSize: number;
  readonly requireNumberType: boolean;
  readonly requireJsonCallData: boolean;
  readonly maxNumbersPerRecord: number;
  readonly minNumberLength: number;
  /** Records admitted and not yet complete. */
  readonly incomplete: number;
  readonly capacityLeft: number;
  /** From when on the next admission may be; null before the first one. */
  readonly nextAdmissionAt: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A campaign in numbers, all of one moment. */
export interface CampaignStats {
  readonly records: {
    /** Ended ones since the campaign was created, those removed meanwhile included. */
    readonly byStatus: Readonly<Record<RecordStatus, number>>;
    /** Incomplete ones, waiting or leased; 1 is the most urgent. */
    readonly byPriority: Readonly<Record<'1' | '2' | '3' | '4' | '5', number>>;
  };
  readonly uploads: { readonly byState: Readonly<Record<UploadState, number>> };
}
