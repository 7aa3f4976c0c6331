import { gzipSync } from 'node:zlib';
import { ADMIN_TOKEN } from '../support/backends.ts';
import { exchange } from './exchange.ts';
import type { RawAnswer, RawRequest } from './exchange.ts';

/** What is there before the first scene, in VDN 1. */
export interface Stage {
  /** Has ended. */
  readonly uploadId: string;
  /** An upload whose receipts were removed. */
  readonly oldId: string;
  /** The `id` of the last event of the one that has ended. */
  readonly lastEventId: string;
  /** Waits for room. */
  readonly waitingId: string;
  /** The same, to be cancelled. */
  readonly unwantedId: string;
  /** A record, and one to be deleted. */
  readonly dataId: string;
  readonly unwantedDataId: string;
  /** A key to be revoked. */
  readonly accessKey: string;
}

/** A request to an operation that is answered with a status. */
export interface Scene {
  readonly operation: string;
  readonly status: number;
  readonly about: string;
  request(stage: Stage): RawRequest;
  /** Sent before, and answered with whatever. */
  readonly before?: (stage: Stage) => RawRequest;
  /** What the answer must hold. */
  readonly holds?: string;
}

const JSON_TYPE = 'application/json';
const AUTHORIZATION = { authorization: `Bearer ${ADMIN_TOKEN}` };
const PROBLEMS = { accept: 'application/problem+json' };
const BASE = '/v1/vdns/1';

/** Campaigns of the stage: without pace, closed, with a long interval, full. */
export const CAMPAIGN = { open: 1, closed: 2, paced: 3, full: 4 } as const;

type Changes = Partial<Omit<RawRequest, 'method'>> & { readonly json?: unknown };

function request(
  method: string,
  path: string,
  { json, headers, ...rest }: Changes = {},
): RawRequest {
  const type = json === undefined ? {} : { 'content-type': JSON_TYPE };
  const body = json === undefined ? {} : { body: JSON.stringify(json) };
  return { method, path, headers: { ...AUTHORIZATION, ...type, ...headers }, ...body, ...rest };
}

let numbers = 0;

/** A record with a number of its own. */
const record = (changes: object = {}): object => ({
  called: [{ calledNo: String((numbers += 1)) }],
  ...changes,
});

const call = (campaign: number | string, changes: Changes = {}): RawRequest =>
  request('POST', `/rest/isales/v2/openapi/campaigns/1/calldata/${campaign}`, {
    json: { callDataList: [record()] },
    ...changes,
  });

const upload = (changes: Changes = {}, campaign: number | string = CAMPAIGN.open): RawRequest =>
  request('POST', '', {
    ...(changes.json === undefined ? { body: `${JSON.stringify(record())}\n` } : {}),
    ...changes,
    headers: {
      'content-type': changes.json === undefined ? 'application/x-ndjson' : JSON_TYPE,
      ...changes.headers,
    },
    path: `${BASE}/campaigns/${campaign}/uploads${changes.path ?? ''}`,
  });

const number = (member: object = { number: '110' }): Changes => ({ json: { numbers: [member] } });
const KEY = { name: 'a key', roles: ['uploader'] };

/** A request of each operation that is right and has an answer without an error. */
export const RIGHT: Readonly<Record<string, (stage: Stage) => RawRequest>> = {
  addCallData: () => call(CAMPAIGN.open),
  listCampaigns: () => request('GET', `${BASE}/campaigns?limit=2`),
  putCampaign: () => request('PUT', `${BASE}/campaigns/1`, { json: { name: 'Renewals' } }),
  getCampaign: () => request('GET', `${BASE}/campaigns/1`),
  createUpload: () => upload(),
  listUploads: () => request('GET', `${BASE}/uploads?campaignId=1&limit=1`),
  getUpload: ({ uploadId }) => request('GET', `/v1/uploads/${uploadId}`),
  getUploadEvents: ({ uploadId }) => request('GET', `/v1/uploads/${uploadId}/events`),
  cancelUpload: ({ unwantedId }) => request('POST', `/v1/uploads/${unwantedId}/cancel`),
  pauseUpload: ({ waitingId }) => request('POST', `/v1/uploads/${waitingId}/pause`),
  resumeUpload: ({ waitingId }) => request('POST', `/v1/uploads/${waitingId}/resume`),
  getReceipts: ({ uploadId }) => request('GET', `/v1/uploads/${uploadId}/receipts`),
  getCampaignStats: () => request('GET', `${BASE}/campaigns/1/stats`),
  leaseRecords: () =>
    request('POST', `${BASE}/campaigns/1/leases`, { json: { limit: 1, leaseSeconds: 1 } }),
  reportResults: () =>
    request('POST', `${BASE}/calldata/results`, { json: [{ dataId: '1', result: 'release' }] }),
  getRecord: ({ dataId }) => request('GET', `${BASE}/calldata/${dataId}`),
  deleteRecord: ({ unwantedDataId }) => request('DELETE', `${BASE}/calldata/${unwantedDataId}`),
  addToBlocklist: () =>
    request('POST', `${BASE}/blocklist`, number({ number: '120', expiresAt: null })),
  listBlocklist: () => request('GET', `${BASE}/blocklist?prefix=1&limit=1`),
  removeFromBlocklist: () => request('DELETE', `${BASE}/blocklist/119`),
  createKey: () => request('POST', `${BASE}/keys`, { json: KEY }),
  listKeys: () => request('GET', `${BASE}/keys?limit=1`),
  revokeKey: ({ accessKey }) => request('DELETE', `${BASE}/keys/${accessKey}`),
  getLiveness: () => request('GET', '/healthz', { headers: { authorization: '' } }),
  getReadiness: () => request('GET', '/readyz'),
  getOpenApi: () => request('GET', '/openapi.json'),
  getDocs: () => request('GET', '/docs'),
  getDocsFile: () => request('GET', '/docs/swagger-ui.css'),
};

const scene = (
  operation: string,
  status: number,
  about: string,
  ask: (stage: Stage) => RawRequest,
  rest: Pick<Scene, 'before' | 'holds'> = {},
): Scene => ({ operation, status, about, request: ask, ...rest });

export function rightOf(operation: string): (stage: Stage) => RawRequest {
  const ask = RIGHT[operation];
  if (ask === undefined) throw new Error(`there is no right request of ${operation}`);
  return ask;
}

const right = (operation: string, status: number): Scene =>
  scene(operation, status, 'a right request', rightOf(operation));

const missing = (operation: string, ask: () => RawRequest): Scene =>
  scene(operation, 404, 'what is not there', ask);

const bad = (operation: string, about: string, ask: (stage: Stage) => RawRequest): Scene =>
  scene(operation, 400, about, ask);

const keyed = (key: string, changes: Changes = {}): Changes => ({
  ...changes,
  headers: { 'idempotency-key': key, ...changes.headers },
});

const SAME = { callDataList: [{ called: [{ calledNo: '99' }] }] };
const TWICE = {
  callDataList: [record(), record({ called: [{ calledNo: '7' }, { calledNo: '7' }] })],
};
const NO_UPLOAD = '019a5f0c-7d1e-7c44-9a55-3f1c2b6d8e90';

const CALLS: Scene[] = [
  right('addCallData', 200),
  scene('addCallData', 200, 'a paced campaign', () => call(CAMPAIGN.paced), {
    before: () => call(CAMPAIGN.paced),
    holds: '0200022',
  }),
  scene('addCallData', 200, 'a bad record', () => call(1, { json: { callDataList: [{}] } }), {
    holds: '02000001',
  }),
  scene('addCallData', 200, 'a key again', () => call(1, keyed('a', { json: SAME })), {
    before: () => call(1, keyed('a', { json: SAME })),
    holds: '0200000',
  }),
  scene('addCallData', 202, 'respond-async', () =>
    call(CAMPAIGN.open, { headers: { prefer: 'respond-async' } }),
  ),
  bad('addCallData', 'a VDN out of range', () => ({
    ...call(1, { headers: PROBLEMS }),
    path: '/rest/isales/v2/openapi/campaigns/10000/calldata/1',
  })),
  scene('addCallData', 404, 'an unknown campaign', () => call(77, { headers: PROBLEMS })),
  scene('addCallData', 409, 'a closed campaign', () =>
    call(CAMPAIGN.closed, { headers: PROBLEMS }),
  ),
  scene('addCallData', 409, 'a full campaign', () => call(CAMPAIGN.full, { headers: PROBLEMS })),
  scene('addCallData', 422, 'a number twice', () => call(1, { json: TWICE, headers: PROBLEMS })),
  scene('addCallData', 422, 'a key for another call', () => call(1, keyed('b')), {
    before: () => call(1, keyed('b')),
  }),
  scene('addCallData', 429, 'a paced campaign', () => call(CAMPAIGN.paced, { headers: PROBLEMS }), {
    before: () => call(CAMPAIGN.paced),
  }),
];

const UPLOADS: Scene[] = [
  right('createUpload', 202),
  scene('createUpload', 202, 'JSON', () => upload({ json: { callDataList: [record()] } })),
  scene('createUpload', 202, 'CSV', () =>
    upload({ body: 'calledNo\n1\n', headers: { 'content-type': 'text/csv' } }),
  ),
  scene('createUpload', 202, 'gzip', () =>
    upload({ body: gzipSync('{}\n'), headers: { 'content-encoding': 'gzip' } }),
  ),
  scene('createUpload', 202, 'a key again', () => upload(keyed('c', { body: '{}\n' })), {
    before: () => upload(keyed('c', { body: '{}\n' })),
  }),
  scene('createUpload', 202, 'a dry run', () => upload({ path: '?dryRun=true' })),
  scene('createUpload', 202, 'aborted', () => upload({ body: '{}\n', path: '?onInvalid=abort' })),
  bad('createUpload', 'an unknown policy', () => upload({ path: '?onFull=abort' })),
  bad('createUpload', 'nothing in it', () => upload({ body: '\n' })),
  bad('createUpload', 'CSV without a header', () =>
    upload({ body: '1,2\n', headers: { 'content-type': 'text/csv' } }),
  ),
  bad('createUpload', 'no gzip', () => upload({ headers: { 'content-encoding': 'gzip' } })),
  bad('createUpload', 'an unknown parameter', () => upload({ path: '?batchID=1' })),
  bad('createUpload', 'an empty list', () => upload({ json: { callDataList: [] } })),
  missing('createUpload', () => upload({}, 77)),
  scene('createUpload', 409, 'a closed campaign', () => upload({}, CAMPAIGN.closed)),
  scene('createUpload', 422, 'a key for another upload', () => upload(keyed('d')), {
    before: () => upload(keyed('d')),
  }),
  right('listUploads', 200),
  bad('listUploads', 'an unknown state', () => request('GET', `${BASE}/uploads?state=receiving`)),
  right('getUpload', 200),
  bad('getUpload', 'an unknown parameter', ({ uploadId }) =>
    request('GET', `/v1/uploads/${uploadId}?verbose=1`),
  ),
  missing('getUpload', () => request('GET', `/v1/uploads/${NO_UPLOAD}`)),
  scene('getUpload', 200, 'a wait', ({ uploadId }) =>
    request('GET', `/v1/uploads/${uploadId}`, { headers: { prefer: 'wait=1' } }),
  ),
  scene('getUpload', 304, 'any tag', ({ uploadId }) =>
    request('GET', `/v1/uploads/${uploadId}`, { headers: { 'if-none-match': '*' } }),
  ),
  right('getUploadEvents', 200),
  scene('getUploadEvents', 204, 'the end was seen', ({ uploadId, lastEventId }) =>
    request('GET', `/v1/uploads/${uploadId}/events`, {
      headers: { 'last-event-id': lastEventId },
    }),
  ),
  bad('getUploadEvents', 'an unknown parameter', ({ uploadId }) =>
    request('GET', `/v1/uploads/${uploadId}/events?since=1`),
  ),
  missing('getUploadEvents', () => request('GET', `/v1/uploads/${NO_UPLOAD}/events`)),
  ...['pause', 'resume', 'cancel'].flatMap((command) => {
    const path = (id: string): string => `/v1/uploads/${id}/${command}`;
    return [
      right(`${command}Upload`, 200),
      bad(`${command}Upload`, 'an unknown parameter', ({ waitingId }) =>
        request('POST', `${path(waitingId)}?force=1`),
      ),
      missing(`${command}Upload`, () => request('POST', path(NO_UPLOAD))),
      scene(`${command}Upload`, 409, 'one that has ended', ({ uploadId }) =>
        request('POST', path(uploadId)),
      ),
    ];
  }),
  right('getReceipts', 200),
  bad('getReceipts', 'an unknown outcome', ({ uploadId }) =>
    request('GET', `/v1/uploads/${uploadId}/receipts?outcome=good`),
  ),
  scene('getReceipts', 200, 'as CSV', ({ uploadId }) =>
    request('GET', `/v1/uploads/${uploadId}/receipts`, { headers: { accept: 'text/csv' } }),
  ),
  scene('getReceipts', 200, 'as they were sent', ({ uploadId }) =>
    request('GET', `/v1/uploads/${uploadId}/receipts?format=source&outcome=accepted`),
  ),
  bad('getReceipts', 'an unknown format', ({ uploadId }) =>
    request('GET', `/v1/uploads/${uploadId}/receipts?format=csv`),
  ),
  scene('getReceipts', 406, 'a format that there is not', ({ uploadId }) =>
    request('GET', `/v1/uploads/${uploadId}/receipts`, { headers: { accept: 'text/html' } }),
  ),
  scene('getReceipts', 410, 'receipts that were removed', ({ oldId }) =>
    request('GET', `/v1/uploads/${oldId}/receipts`),
  ),
  missing('getReceipts', () => request('GET', `/v1/uploads/${NO_UPLOAD}/receipts`)),
];

const CAMPAIGNS: Scene[] = [
  right('listCampaigns', 200),
  bad('listCampaigns', 'a limit of none', () => request('GET', `${BASE}/campaigns?limit=0`)),
  scene('putCampaign', 201, 'a new one', () => request('PUT', `${BASE}/campaigns/9`, { json: {} })),
  right('putCampaign', 200),
  bad('putCampaign', 'an unknown state', () =>
    request('PUT', `${BASE}/campaigns/1`, { json: { state: 'gone' } }),
  ),
  right('getCampaign', 200),
  bad('getCampaign', 'no number', () => request('GET', `${BASE}/campaigns/x`)),
  missing('getCampaign', () => request('GET', `${BASE}/campaigns/77`)),
];

const DIALERS: Scene[] = [
  right('getCampaignStats', 200),
  bad('getCampaignStats', 'an unknown parameter', () =>
    request('GET', `${BASE}/campaigns/1/stats?by=day`),
  ),
  missing('getCampaignStats', () => request('GET', `${BASE}/campaigns/77/stats`)),
  right('leaseRecords', 200),
  bad('leaseRecords', 'none', () =>
    request('POST', `${BASE}/campaigns/1/leases`, { json: { limit: 0 } }),
  ),
  missing('leaseRecords', () => request('POST', `${BASE}/campaigns/77/leases`, { json: {} })),
  right('reportResults', 200),
  bad('reportResults', 'an unknown result', () =>
    request('POST', `${BASE}/calldata/results`, { json: [{ dataId: '1', result: 'busy' }] }),
  ),
  right('getRecord', 200),
  bad('getRecord', 'an unknown parameter', ({ dataId }) =>
    request('GET', `${BASE}/calldata/${dataId}?verbose=1`),
  ),
  missing('getRecord', () => request('GET', `${BASE}/calldata/1`)),
  right('deleteRecord', 204),
  bad('deleteRecord', 'VDN 0', () => request('DELETE', '/v1/vdns/0/calldata/1')),
  missing('deleteRecord', () => request('DELETE', `${BASE}/calldata/1`)),
  scene('deleteRecord', 409, 'one that is deleted', rightOf('deleteRecord'), {
    before: rightOf('deleteRecord'),
  }),
];

const ADMINISTRATION: Scene[] = [
  right('addToBlocklist', 200),
  scene('addToBlocklist', 200, 'a number a line', () =>
    request('POST', `${BASE}/blocklist`, {
      headers: { 'content-type': 'application/x-ndjson' },
      body: '{"number":"121"}\nx\n',
    }),
  ),
  bad('addToBlocklist', 'no gzip', () =>
    request('POST', `${BASE}/blocklist`, {
      headers: { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' },
      body: 'x',
    }),
  ),
  bad('addToBlocklist', 'no time', () =>
    request('POST', `${BASE}/blocklist`, number({ number: '1', expiresAt: 'soon' })),
  ),
  right('listBlocklist', 200),
  bad('listBlocklist', 'no prefix', () => request('GET', `${BASE}/blocklist?prefix=x`)),
  scene('removeFromBlocklist', 204, 'a number on it', rightOf('removeFromBlocklist'), {
    before: () => request('POST', `${BASE}/blocklist`, number({ number: '119' })),
  }),
  bad('removeFromBlocklist', 'VDN 0', () => request('DELETE', '/v1/vdns/0/blocklist/1')),
  missing('removeFromBlocklist', () => request('DELETE', `${BASE}/blocklist/118`)),
  right('createKey', 201),
  bad('createKey', 'an unknown role', () =>
    request('POST', `${BASE}/keys`, { json: { ...KEY, roles: ['owner'] } }),
  ),
  right('listKeys', 200),
  bad('listKeys', 'a forged cursor', () => request('GET', `${BASE}/keys?cursor=AAAA`)),
  right('revokeKey', 204),
  bad('revokeKey', 'VDN 0', () => request('DELETE', '/v1/vdns/0/keys/1')),
  missing('revokeKey', () => request('DELETE', `${BASE}/keys/00000000000000000000`)),
];

const SERVICE: Scene[] = [
  ...['getLiveness', 'getReadiness', 'getOpenApi', 'getDocs', 'getDocsFile'].map((operation) =>
    right(operation, 200),
  ),
  ...['swagger-ui-bundle.js', 'start.js', 'favicon-32x32.png'].map((file) =>
    scene('getDocsFile', 200, file, () =>
      request('GET', `/docs/${file}`, { headers: { 'accept-encoding': 'gzip' } }),
    ),
  ),
  missing('getDocsFile', () => request('GET', '/docs/package.json')),
];

/** What cannot be made for every operation alike. */
export const SCENES: readonly Scene[] = [
  ...CALLS,
  ...UPLOADS,
  ...CAMPAIGNS,
  ...DIALERS,
  ...ADMINISTRATION,
  ...SERVICE,
];

/** What is done to a right request so that an operation answers with one of these, whatever it is about. */
export const SPOILT: Readonly<Record<number, (ask: RawRequest) => RawRequest>> = {
  401: (ask) => ({ ...ask, headers: { ...ask.headers, authorization: 'Bearer nobody' } }),
  408: (ask) => ({ ...withoutBody(ask), declaredLength: 1_000 }),
  413: (ask) => ({ ...withoutBody(ask), declaredLength: 2 ** 31 }),
  415: (ask) => ({ ...ask, headers: { ...ask.headers, 'content-type': 'text/plain' } }),
};

function withoutBody({ method, path, headers }: RawRequest): RawRequest {
  return { method, path, headers };
}

/** Sends what comes before a scene, and then the scene's own request, whose answer it returns. */
export async function play(url: string, played: Scene, stage: Stage): Promise<RawAnswer> {
  if (played.before !== undefined) await exchange(url, played.before(stage));
  return exchange(url, played.request(stage));
}
