import type { FastifyRequest } from 'fastify';
import { isFinished } from '#domain';
import { ProblemError } from '#errors';
import type { UploadSnapshot } from '#ingestion';
import type { Database, OutlookRow, ShownUpload, Upload, UploadStore } from '#persistence';
import { readOutlooks } from '#persistence';
import type { UploadView } from '#wire';
import { visibleVdn } from '../access/caller.ts';
import { localeOf } from '../http/face.ts';
import { showUpload } from './upload-view.ts';

/** Finds uploads for a request, and shows them in its language. */
export class UploadViews {
  readonly #uploads: UploadStore;
  readonly #database: Database;

  constructor(uploads: UploadStore, database: Database) {
    this.#uploads = uploads;
    this.#database = database;
  }

  /** @throws ProblemError NOT_FOUND also for an upload of a VDN that the request may not see */
  async find(uploadId: string, request: FastifyRequest): Promise<Upload> {
    const upload = await this.#uploads.find(uploadId, visibleVdn(request));
    if (upload === null) throw new ProblemError({ problem: 'NOT_FOUND', place: 'uploadId' });
    return upload;
  }

  /** With the outlook of this moment. */
  async snapshot(upload: ShownUpload): Promise<UploadSnapshot> {
    const outlooks = await this.#outlooks([upload]);
    return { upload, outlook: outlooks.get(upload.id) };
  }

  async show(upload: ShownUpload, request: FastifyRequest): Promise<UploadView> {
    const { outlook } = await this.snapshot(upload);
    return showUpload(upload, outlook, localeOf(request));
  }

  async showAll(uploads: readonly ShownUpload[], request: FastifyRequest): Promise<UploadView[]> {
    const outlooks = await this.#outlooks(uploads);
    const locale = localeOf(request);
    return uploads.map((upload) => showUpload(upload, outlooks.get(upload.id), locale));
  }

  #outlooks(uploads: readonly ShownUpload[]): Promise<ReadonlyMap<string, OutlookRow>> {
    const open = uploads.filter(({ state }) => !isFinished(state)).map(({ id }) => id);
    return readOutlooks(this.#database.pool, open);
  }
}
