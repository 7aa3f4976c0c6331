import { Readable } from 'node:stream';
import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isFinished, versionOf } from '#domain';
import { KeyWatch, Newest, UploadWatch } from '#ingestion';
import type { UploadSnapshot } from '#ingestion';
import type { ShownUpload } from '#persistence';
import type { UploadView } from '#wire';
import { Allow } from '../access/access.ts';
import { accessKeyOf } from '../access/caller.ts';
import { alreadyHas } from '../http/entity-tag.ts';
import { localeOf } from '../http/face.ts';
import { onGone } from '../http/gone.ts';
import { UploadIdPipe } from '../http/ids.ts';
import { NoQuery } from '../http/no-query.ts';
import { preferredWait } from '../http/prefer.ts';
import { streamEvents } from './event-stream.ts';
import { showUpload } from './upload-view.ts';
import { UploadViews } from './upload-views.ts';

/** A reader of events that takes nothing for so many ms is cut off; it can come back where it was. */
const STUCK_MS = 60_000;

/** One upload: as it is, as soon as it changes, or at every change. */
@Controller('v1/uploads')
@Allow('uploader')
@NoQuery()
export class FollowingController {
  readonly #views: UploadViews;
  readonly #watch: UploadWatch;
  readonly #keys: KeyWatch;

  constructor(views: UploadViews, watch: UploadWatch, keys: KeyWatch) {
    this.#views = views;
    this.#watch = watch;
    this.#keys = keys;
  }

  /** The tag is weak: it says that state and counts are the same; the estimate may be another. */
  @Get(':uploadId')
  async get(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('uploadId', UploadIdPipe) uploadId: string,
  ): Promise<UploadView | undefined> {
    const found = await this.#views.find(uploadId, request);
    const upload = await this.#awaited(found, request, reply);
    const tag = tagOf(upload, request);
    void reply.headers({
      etag: `W/"${tag}"`,
      vary: 'locale',
      'cache-control': 'private, no-cache',
    });
    if (alreadyHas(request, tag)) {
      void reply.status(304);
      return undefined;
    }
    return this.#views.show(upload, request);
  }

  @Get(':uploadId/events')
  async events(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Param('uploadId', UploadIdPipe) uploadId: string,
  ): Promise<void> {
    const upload = await this.#views.find(uploadId, request);
    const seen = [request.headers['last-event-id'] ?? []].flat()[0] ?? null;
    if (isFinished(upload.state) && seen === tagOf(upload, request)) {
      // There will be no more: what tells an EventSource not to come back.
      await reply.status(204).send();
      return;
    }
    const snapshots = this.#follow(await this.#views.snapshot(upload), request, reply);
    const locale = localeOf(request);
    const events = streamEvents(snapshots, seen, (snapshot) => ({
      id: tagOf(snapshot.upload, request),
      data: JSON.stringify(showUpload(snapshot.upload, snapshot.outlook, locale)),
    }));
    reply.raw.setTimeout(STUCK_MS, () => reply.raw.destroy());
    await reply
      .headers({
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        // Has nginx pass every event on at once.
        'x-accel-buffering': 'no',
      })
      .send(Readable.from(events, { highWaterMark: 1 }));
  }

  /** The upload when it is time to answer: at once, unless the request prefers to wait for a change. */
  async #awaited(
    found: ShownUpload,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<ShownUpload> {
    const seconds = preferredWait(request);
    if (seconds === null) return found;
    void reply.header('preference-applied', `wait=${seconds}`);
    const isNews = newsFor(request, found);
    if (isFinished(found.state) || isNews(found) || seconds === 0) return found;
    const gone = new AbortController();
    onGone(reply, () => {
      gone.abort();
    });
    const snapshot = await this.#watch.until(found.id, isNews, seconds * 1000, gone.signal);
    const accessKey = accessKeyOf(request);
    if (accessKey !== null) await this.#keys.require(accessKey);
    return snapshot?.upload ?? found;
  }

  /** What is seen of the upload until its reader is gone, has lost its key, or the service stops. */
  #follow(
    first: UploadSnapshot,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Newest<UploadSnapshot> {
    const snapshots = new Newest<UploadSnapshot>();
    snapshots.put(first);
    const end = (): void => {
      snapshots.end();
    };
    let before = first;
    const unfollow = this.#watch.follow(first.upload.id, {
      see: (snapshot) => {
        if (snapshot === undefined) end();
        else if (snapshot !== before) snapshots.put(snapshot);
        before = snapshot ?? before;
      },
      stop: end,
    });
    const accessKey = accessKeyOf(request);
    const forgetKey = accessKey === null ? () => undefined : this.#keys.follow(accessKey, end);
    onGone(reply, () => {
      unfollow();
      forgetKey();
      end();
    });
    return snapshots;
  }
}

/** The upload's version in the language of the request. */
function tagOf(upload: ShownUpload, request: FastifyRequest): string {
  return `${versionOf(upload)}-${localeOf(request)}`;
}

/** Whether an upload is other than the request knows it: by its `If-None-Match`, or else as it was found. */
function newsFor(request: FastifyRequest, found: ShownUpload): (upload: ShownUpload) => boolean {
  if (request.headers['if-none-match'] !== undefined) {
    return (upload) => !alreadyHas(request, tagOf(upload, request));
  }
  const version = versionOf(found);
  return (upload) => versionOf(upload) !== version;
}
