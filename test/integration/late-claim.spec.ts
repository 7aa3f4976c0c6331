import { expect, test } from '@jest/globals';
import { v7 as newId } from 'uuid';
import { DEFAULT_POLICY } from '#domain';
import { UploadService } from '#ingestion';
import { CampaignStore, Database, insertUpload, Presence } from '#persistence';
import type { LaneQueue } from '#queue';
import { createTestDatabase } from '../support/database.ts';

/** Of a process that is not there: nobody holds its lock. */
const DEAD = 1n;

test('an upload that claims its key with its seal has it from a request whose process has died', async () => {
  const database = await createTestDatabase();
  const service = new Database({
    url: database.url,
    poolSize: 4,
    applicationName: 'late claim',
    onIdleError: () => undefined,
  });
  const presence = await Presence.open({
    databaseUrl: database.url,
    applicationName: 'late claim',
    onLost: () => undefined,
  });
  const fail = (error: unknown): void => {
    throw error;
  };
  const uploads = new UploadService(
    service,
    new CampaignStore(service),
    presence,
    { wakeSoon: () => undefined } as Partial<LaneQueue> as LaneQueue,
    {
      maxRecords: 100,
      maxNumbers: 100,
      maxLineBytes: 65_536,
      timeZone: 'UTC',
      receivingTimeoutSeconds: 60,
    },
    fail,
  );
  await database.query('INSERT INTO campaigns (vdn_id, id) VALUES (1, 1)');
  const place = { vdnId: 1, campaignId: 1, batchId: null, policy: DEFAULT_POLICY };

  async function* body() {
    yield Buffer.from('{"called":[{"calledNo":"1"}]}\n');
    await insertUpload(service.pool, {
      ...place,
      id: newId(),
      sourceFormat: 'ndjson',
      receivingSeconds: 60,
      receiver: DEAD,
      claim: { key: 'key', requestDigest: null },
    });
    yield Buffer.from('{"called":[{"calledNo":"2"}]}\n');
  }
  const digest = Buffer.alloc(32, 7);
  const answer = await uploads.accept({
    ...place,
    content: { format: 'ndjson', body: body() },
    idempotency: { key: 'key', digest: () => digest, isProved: false },
    accessKey: null,
  });
  expect(answer.kind).toBe('accepted');
  expect(await database.query('SELECT id, state, received FROM uploads')).toEqual([
    { id: answer.uploadId, state: 'queued', received: 2 },
  ]);
  const keys = await database.query('SELECT upload_id, request_digest FROM idempotency_keys');
  expect(keys).toEqual([{ upload_id: answer.uploadId, request_digest: digest }]);
  await presence.close();
  await service.close();
});
