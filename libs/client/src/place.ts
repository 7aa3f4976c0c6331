/** A campaign of a VDN. */
export interface CampaignPlace {
  readonly vdnId: number;
  readonly campaignId: number;
}

/** What every request takes: a signal ends it, repetitions and waiting included, with the signal's reason. */
export interface CallOptions {
  readonly signal?: AbortSignal;
}

export const vdnPath = (vdnId: number): string => `/v1/vdns/${vdnId}`;

export const campaignPath = ({ vdnId, campaignId }: CampaignPlace): string =>
  `${vdnPath(vdnId)}/campaigns/${campaignId}`;

export const uploadPath = (uploadId: string): string =>
  `/v1/uploads/${encodeURIComponent(uploadId)}`;
