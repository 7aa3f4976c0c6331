import type { FastifyRequest } from 'fastify';
import { ProblemError } from '#errors';
import type { CampaignStore, Upload, UploadStore } from '#persistence';
import { visibleVdn } from '../access/caller.ts';
import { localeOf } from '../http/face.ts';
import type { UploadView } from './upload-view.ts';
import { showUpload } from './upload-view.ts';

/** Finds uploads for a request, and shows them in its language. */
export class UploadViews {
  readonly #uploads: UploadStore;
  readonly #campaigns: CampaignStore;

  constructor(uploads: UploadStore, campaigns: CampaignStore) {
    this.#uploads = uploads;
    this.#campaigns = campaigns;
  }

  /** @throws ProblemError NOT_FOUND also for an upload of a VDN that the request may not see */
  async find(uploadId: string, request: FastifyRequest): Promise<Upload> {
    const upload = await this.#uploads.find(uploadId, visibleVdn(request));
    if (upload === null) throw new ProblemError({ problem: 'NOT_FOUND', place: 'uploadId' });
    return upload;
  }

  async show(upload: Upload, request: FastifyRequest): Promise<UploadView> {
    const campaign = await this.#campaigns.find(upload.vdnId, Number(upload.campaignId));
    return showUpload(upload, campaign, localeOf(request));
  }

  /** @param vdnId of all of them */
  async showAll(
    vdnId: number,
    uploads: readonly Upload[],
    request: FastifyRequest,
  ): Promise<UploadView[]> {
    const ids = uploads.map((upload) => upload.campaignId);
    const campaigns = await this.#campaigns.findMany(vdnId, ids);
    return uploads.map((upload) =>
      showUpload(upload, campaigns.get(upload.campaignId) ?? null, localeOf(request)),
    );
  }
}
