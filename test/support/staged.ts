import { v7 as newId } from 'uuid';
import { DEFAULT_POLICY } from '#domain';
import type { Queryable, StagedBatch } from '#persistence';
import { insertBatch, insertCall, insertUpload, sealUpload } from '#persistence';

/** Calls and uploads of the VDN 1 as an API puts them down, for tests that take a worker's part themselves. */
const VDN = 1;

const oneRecord = (number: number): StagedBatch => ({
  number,
  size: 1,
  payload: Buffer.from('{"called":[{"calledNo":"1"}]}'),
  lines: [number],
  priorities: [3],
  recycleAt: [null],
  numbers: ['1'],
  numberPlaces: [0],
});

/** A call of one record, whose caller waits for two minutes. No worker is told. */
export async function putDownCall(on: Queryable, campaignId: number): Promise<string> {
  const id = newId();
  const call = { id, vdnId: VDN, campaignId, batchId: null, waitMs: 120_000, receiver: 1n };
  await insertCall(on, { ...call, claim: null }, oneRecord(1));
  return id;
}

/** An upload of so many batches of one record, which has its turn. Its lane is not woken. */
export async function putDownUpload(
  on: Queryable,
  campaignId: number,
  batches: number,
): Promise<string> {
  const id = newId();
  await insertUpload(on, {
    id,
    vdnId: VDN,
    campaignId,
    batchId: null,
    sourceFormat: 'ndjson',
    receivingSeconds: 60,
    receiver: 1n,
    claim: null,
    policy: DEFAULT_POLICY,
  });
  for (let number = 1; number <= batches; number++) await insertBatch(on, id, oneRecord(number));
  await sealUpload(on, {
    uploadId: id,
    batchId: null,
    sourceHeader: null,
    received: batches,
    invalid: 0,
    duplicate: 0,
    blocklisted: 0,
    accepted: 0,
    refused: 0,
    batches,
    requestDigest: null,
    lateClaim: null,
    accessKey: null,
    state: 'queued',
    error: null,
  });
  return id;
}
