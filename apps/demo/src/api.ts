import { Readable } from 'node:stream';
import type { SampleRecord } from './sample/record.ts';

/** The counts of an upload, as the native face has them. */
export interface Counts {
  readonly received: number;
  readonly accepted: number;
  readonly invalid: number;
  readonly duplicate: number;
  readonly blocklisted: number;
  readonly refused: number;
  readonly dropped: number;
  readonly pending: number;
}

/** What the demo reads of an upload. */
export interface Upload {
  readonly id: string;
  readonly state: string;
  readonly counts: Counts;
  readonly batches: { readonly total: number; readonly done: number };
  readonly finishedAt: string | null;
  readonly estimatedFinishAt: string | null;
}

export interface Receipt {
  readonly line: number;
  readonly sessionId: string | null;
  readonly called: string | null;
  readonly outcome: string;
  readonly dataId: string | null;
  readonly code: string | null;
  readonly detail: string | null;
}

/** The answer of the compatible call: the interface's Tables 6 and 7. */
export interface CallAnswer {
  readonly resultCode: string;
  readonly resultDesc: string;
  readonly returnObject?: {
    readonly totalSize: number;
    readonly dataIdList: readonly { readonly called: string; readonly dataId: string }[];
  };
}

export interface Place {
  readonly vdnId: number;
  readonly campaignId: number;
}

/** The service as its clients see it. Every method rejects when the answer has another status than it should. */
export class Api {
  readonly #url: string;
  readonly #token: string;
  readonly #signal: AbortSignal;

  /** @param signal ends every request */
  constructor(url: string, token: string, signal: AbortSignal) {
    this.#url = url;
    this.#token = token;
    this.#signal = signal;
  }

  async createCampaign({ vdnId, campaignId }: Place, members: object): Promise<void> {
    await this.#json('PUT', `/v1/vdns/${vdnId}/campaigns/${campaignId}`, members, 201);
  }

  /** @returns how many of the numbers were not on the list before */
  async block(vdnId: number, numbers: readonly string[]): Promise<number> {
    const body = { numbers: numbers.map((number) => ({ number })) };
    const response = await this.#json('POST', `/v1/vdns/${vdnId}/blocklist`, body, 200);
    return ((await response.json()) as { added: number }).added;
  }

  /** Sends NDJSON in chunks, as it is read. */
  async upload({ vdnId, campaignId }: Place, records: Readable): Promise<Upload> {
    const response = await this.#send(
      'POST',
      `/v1/vdns/${vdnId}/campaigns/${campaignId}/uploads`,
      { type: 'application/x-ndjson', content: Readable.toWeb(records) as ReadableStream },
      202,
    );
    return (await response.json()) as Upload;
  }

  async getUpload(id: string): Promise<Upload> {
    const response = await this.#send('GET', `/v1/uploads/${id}`, null, 200);
    return (await response.json()) as Upload;
  }

  async receipts(id: string): Promise<Receipt[]> {
    const response = await this.#send('GET', `/v1/uploads/${id}/receipts`, null, 200);
    const lines = (await response.text()).split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Receipt);
  }

  /** The compatible, synchronous call, answered in English. */
  async call(
    { vdnId, campaignId }: Place,
    callDataList: readonly SampleRecord[],
  ): Promise<CallAnswer> {
    const path = `/rest/isales/v2/openapi/campaigns/${vdnId}/calldata/${campaignId}`;
    const response = await this.#json('POST', path, { callDataList }, 200);
    return (await response.json()) as CallAnswer;
  }

  #json(method: string, path: string, body: object, status: number): Promise<Response> {
    const content = JSON.stringify(body);
    return this.#send(method, path, { type: 'application/json', content }, status);
  }

  async #send(
    method: string,
    path: string,
    body: { type: string; content: string | ReadableStream } | null,
    status: number,
  ): Promise<Response> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        locale: 'en_US',
        ...(body === null ? {} : { 'content-type': body.type }),
      },
      body: body?.content ?? null,
      duplex: 'half',
      signal: this.#signal,
    });
    if (response.status !== status) {
      const answer = (await response.text()).slice(0, 500);
      throw new Error(`${method} ${path} answered ${response.status}, not ${status}: ${answer}`);
    }
    return response;
  }
}
