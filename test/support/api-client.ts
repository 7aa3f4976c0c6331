import { ADMIN_TOKEN } from './backends.ts';
import type { CampaignSettings } from './factories.ts';
import { ndjson } from './factories.ts';
import { waitFor } from './time.ts';

export interface Answer<T = unknown> {
  readonly status: number;
  readonly headers: Headers;
  /** The body as it came. */
  readonly text: string;
  /** The body as JSON; throws where it is none. */
  json(): T;
  /** The body as NDJSON. */
  lines<L = unknown>(): L[];
}

export interface Request {
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is, in place of `json`; name its type in `headers`. Streams are sent in chunks. */
  readonly body?: string | Uint8Array | ReadableStream<Uint8Array>;
  readonly signal?: AbortSignal;
}

/** What tests read of an upload. */
export interface UploadView {
  readonly id: string;
  readonly state: string;
  readonly counts: Readonly<
    Record<
      | 'received'
      | 'accepted'
      | 'invalid'
      | 'duplicate'
      | 'blocklisted'
      | 'refused'
      | 'dropped'
      | 'pending',
      number
    >
  >;
  readonly batches: { readonly total: number; readonly done: number };
  readonly [member: string]: unknown;
}

/** A line of an upload's receipts. */
export interface Receipt {
  readonly line: number;
  readonly sessionId: string | null;
  readonly called: string | null;
  readonly outcome: string;
  readonly dataId: string | null;
  readonly code: string | null;
  readonly detail: string | null;
}

const ENDED = new Set(['completed', 'completed_with_errors', 'cancelled', 'failed']);

/** The service as a client sees it: over HTTP, with a token, and every answer as it came. */
export class ApiClient {
  private readonly baseUrl: string;
  private readonly token: string | undefined;

  /** @param token sent with every request; `null` for none; the operator's by default */
  constructor(baseUrl: string, token: string | null = ADMIN_TOKEN) {
    this.baseUrl = baseUrl;
    this.token = token ?? undefined;
  }

  /** One request, whatever is answered. */
  async send<T = unknown>(
    method: string,
    path: string,
    { headers = {}, json, body, signal }: Request = {},
  ): Promise<Answer<T>> {
    const response = await fetch(`${this.baseUrl}${path}`, {
      method,
      headers: {
        ...(this.token === undefined ? {} : { authorization: `Bearer ${this.token}` }),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: json === undefined ? (body ?? null) : JSON.stringify(json),
      signal: signal ?? null,
      ...(body instanceof ReadableStream ? { duplex: 'half' as const } : {}),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: () => JSON.parse(text) as T,
      lines: <L>() =>
        text
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line) as L),
    };
  }

  get<T = unknown>(path: string, request?: Request): Promise<Answer<T>> {
    return this.send('GET', path, request);
  }

  /** Creates or changes a campaign. */
  async putCampaign(vdn: number, campaign: number, settings: CampaignSettings = {}): Promise<void> {
    const path = `/v1/vdns/${vdn}/campaigns/${campaign}`;
    expectStatus(await this.send('PUT', path, { json: settings }), 200, 201);
  }

  /** Sends an upload as NDJSON; `query` with its question mark. */
  async upload(
    vdn: number,
    campaign: number,
    list: readonly unknown[],
    query = '',
  ): Promise<UploadView> {
    const answer = await this.send<UploadView>(
      'POST',
      `/v1/vdns/${vdn}/campaigns/${campaign}/uploads${query}`,
      { body: ndjson(list), headers: { 'content-type': 'application/x-ndjson' } },
    );
    return expectStatus(answer, 202).json();
  }

  async getUpload(id: string): Promise<UploadView> {
    return expectStatus(await this.get<UploadView>(`/v1/uploads/${id}`), 200).json();
  }

  /** Cancels, pauses or resumes an upload, whatever is answered. */
  command(id: string, command: 'cancel' | 'pause' | 'resume'): Promise<Answer<UploadView>> {
    return this.send('POST', `/v1/uploads/${id}/${command}`);
  }

  /** Waits until the upload is in that state, and returns it. */
  inState(id: string, state: string): Promise<UploadView> {
    return waitFor(
      async () => {
        const upload = await this.getUpload(id);
        return upload.state === state ? upload : undefined;
      },
      { what: `upload ${id} to be ${state}`, pollMs: 20 },
    );
  }

  /** Waits until the upload has ended, and returns it. */
  finished(id: string, timeoutMs?: number): Promise<UploadView> {
    let last = '';
    return waitFor(
      async () => {
        const upload = await this.getUpload(id);
        last = `${upload.state} ${JSON.stringify(upload.counts)}`;
        return ENDED.has(upload.state) ? upload : undefined;
      },
      {
        what: `the end of upload ${id}`,
        // Every look is a request that takes its time from the upload.
        pollMs: 50,
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
      },
    ).catch((error: unknown) => {
      throw new Error(`${(error as Error).message}; last seen: ${last}`, { cause: error });
    });
  }

  async receipts(id: string, query = ''): Promise<Receipt[]> {
    const answer = await this.get(`/v1/uploads/${id}/receipts${query}`);
    return expectStatus(answer, 200).lines<Receipt>();
  }

  /** The compatible, synchronous call. */
  call(vdn: number, campaign: number, list: readonly unknown[], request: Request = {}) {
    return this.send<CallVerdict>(
      'POST',
      `/rest/isales/v2/openapi/campaigns/${vdn}/calldata/${campaign}`,
      { json: { callDataList: list }, ...request },
    );
  }
}

/** The envelope of the compatible call. */
export interface CallVerdict {
  readonly resultCode: string;
  readonly resultDesc: string;
  readonly returnCode: string;
  readonly returnDesc: string;
  readonly returnObject?: {
    readonly totalSize: number;
    readonly dataIdList: readonly { readonly called: string; readonly dataId: string }[];
  };
}

function expectStatus<T>(answer: Answer<T>, ...expected: number[]): Answer<T> {
  if (!expected.includes(answer.status)) {
    throw new Error(`answered ${answer.status}, not ${expected.join(' or ')}: ${answer.text}`);
  }
  return answer;
}
