import { randomUUID } from 'node:crypto';
import type { CallRecord, Receipt, UploadPolicy, UploadState, UploadView } from '#wire';
import type { Connection } from './connection.ts';
import type { Source } from './content.ts';
import { contentOf } from './content.ts';
import type { FollowOptions } from './follow.ts';
import { followUpload } from './follow.ts';
import type { FormatOptions } from './formats.ts';
import { CONTENT_TYPES, formatOf } from './formats.ts';
import type { SendingProgress } from './outgoing-body.ts';
import type { ListOptions } from './pages.ts';
import { itemsOf } from './pages.ts';
import type { CallOptions, CampaignPlace } from './place.ts';
import { campaignPath, uploadPath, vdnPath } from './place.ts';
import type { RawReceiptOptions, ReceiptOptions } from './receipts.ts';
import { rawReceiptsOf, receiptsOf } from './receipts.ts';
import type { RetrySettings } from './retry.ts';

export interface UploadOptions extends CallOptions, FormatOptions, Partial<UploadPolicy> {
  readonly batchId?: string;
  /** Every check, nothing admitted. */
  readonly dryRun?: boolean;
  /** Default: a random one. The same again repeats the upload without harm, also from another process. */
  readonly idempotencyKey?: string;
  readonly onProgress?: (progress: SendingProgress) => void;
}

export interface UploadListOptions extends ListOptions {
  readonly campaignId?: number;
  readonly batchId?: string;
  readonly state?: UploadState;
}

export class Uploads {
  readonly #connection: Connection;
  readonly #retry: RetrySettings;

  constructor(connection: Connection, retry: RetrySettings) {
    this.#connection = connection;
    this.#retry = retry;
  }

  /**
   * Sends records; the answer says that they are committed and will be worked off.
   *
   * When the answer is lost, and the source can be read again, the upload is repeated under its Idempotency-Key, so that it
   * is accepted once. A source that can be read once is not sent again after its first bytes; under a pair of keys it is
   * first written to a nameless temporary file, as the signature covers it and precedes it.
   *
   * @throws DialgateError; SourceError when the source cannot be read; TypeError when its format is not told
   */
  async send(
    place: CampaignPlace,
    source: Source<CallRecord>,
    options: UploadOptions = {},
  ): Promise<UploadView> {
    const { format, gzip } = formatOf(source, options);
    const { batchId, onInvalid, onDuplicate, onBlocklisted, onFull, dryRun } = options;
    return this.#connection.json(
      {
        method: 'POST',
        path: `${campaignPath(place)}/uploads`,
        query: { batchId, onInvalid, onDuplicate, onBlocklisted, onFull, dryRun },
        content: await contentOf(source, CONTENT_TYPES[format], gzip),
        onProgress: options.onProgress,
        statuses: [202],
        repetition: 'nothing-more',
        idempotencyKey: options.idempotencyKey ?? randomUUID(),
        signal: options.signal,
      },
      'counts',
    );
  }

  get(uploadId: string, { signal }: CallOptions = {}): Promise<UploadView> {
    return this.#connection.json(
      {
        method: 'GET',
        path: uploadPath(uploadId),
        statuses: [200],
        repetition: 'nothing-more',
        signal,
      },
      'counts',
    );
  }

  /** Synchronous calls as well. */
  list(
    vdnId: number,
    { campaignId, batchId, state, ...options }: UploadListOptions = {},
  ): AsyncIterable<UploadView> {
    const query = { campaignId, batchId, state };
    return itemsOf(this.#connection, `${vdnPath(vdnId)}/uploads`, query, options);
  }

  /** The upload as it is now, and after each change, to its end. Gets over minutes without an answer. */
  follow(uploadId: string, options: FollowOptions = {}): AsyncIterable<UploadView> {
    return followUpload(this.#connection, this.#retry, uploadId, options);
  }

  /** What became of each record, in order. */
  receipts(uploadId: string, options: ReceiptOptions = {}): AsyncIterable<Receipt> {
    return receiptsOf(this.#connection, this.#retry, uploadId, options);
  }

  /** The same as bytes, in another format. */
  rawReceipts(uploadId: string, options: RawReceiptOptions): AsyncIterable<Uint8Array> {
    return rawReceiptsOf(this.#connection, uploadId, options);
  }

  pause(uploadId: string, options: CallOptions = {}): Promise<UploadView> {
    return this.#control(uploadId, 'pause', options);
  }

  resume(uploadId: string, options: CallOptions = {}): Promise<UploadView> {
    return this.#control(uploadId, 'resume', options);
  }

  /** What was admitted before stays. */
  cancel(uploadId: string, options: CallOptions = {}): Promise<UploadView> {
    return this.#control(uploadId, 'cancel', options);
  }

  #control(
    uploadId: string,
    action: 'pause' | 'resume' | 'cancel',
    { signal }: CallOptions,
  ): Promise<UploadView> {
    return this.#connection.json(
      {
        method: 'POST',
        path: `${uploadPath(uploadId)}/${action}`,
        statuses: [200],
        repetition: 'nothing-more',
        signal,
      },
      'counts',
    );
  }
}
