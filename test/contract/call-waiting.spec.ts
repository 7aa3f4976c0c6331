import { describe, expect, test } from '@jest/globals';
import type { Request } from '../support/api-client.ts';
import { queueBackends } from '../support/backends.ts';
import { records, unpaced } from '../support/factories.ts';
import { seededRandom } from '../support/random.ts';
import { waitFor } from '../support/time.ts';
import { contentsOf, newVdn, useService } from './service.ts';
import type { Service } from './service.ts';

const random = seededRandom();

const IN_ENGLISH = {
  json: { callDataList: records(random, 2) },
  headers: { locale: 'en_US' },
};

const isReserved = async ({ database }: Service, vdn: number): Promise<boolean> => {
  const rows = await database.query(
    'SELECT 1 FROM campaigns WHERE vdn_id = $1 AND reserved_for IS NOT NULL',
    [vdn],
  );
  return rows.length === 1;
};

/** A campaign whose last admission was an upload's. */
async function campaignAfterUpload(
  { client, database }: Service,
  admissionIntervalMs: number,
): Promise<number> {
  const vdn = newVdn();
  await client.putCampaign(vdn, 1, unpaced());
  await client.finished((await client.upload(vdn, 1, records(random, 1))).id);
  await client.putCampaign(vdn, 1, { admissionIntervalMs });
  await database.query(
    'UPDATE campaigns SET last_admission_at = clock_timestamp() WHERE vdn_id = $1',
    [vdn],
  );
  return vdn;
}

describe.each(queueBackends)('a call whose slot comes too late on $name', (backend) => {
  const service = useService(backend, { SYNC_WAIT_MS: '6000' });

  test('is withdrawn: 0200006, HTTP 503, and nothing is left', async () => {
    const vdn = await campaignAfterUpload(service, 60_000);
    const before = await contentsOf(service, vdn);
    const answer = await service.client.call(vdn, 1, records(random, 2), IN_ENGLISH);
    expect(answer.status).toBe(503);
    // In time for the slot, which it could wait for then.
    const retryAfter = Number(answer.headers.get('retry-after'));
    expect(retryAfter).toBeGreaterThan(5);
    expect(retryAfter).toBeLessThanOrEqual(60 - 1);
    // It was not the database's fault.
    const description =
      'no verdict within 6000 ms; the call was withdrawn and nothing of it was kept, try again later';
    expect(answer.json()).toEqual({
      resultCode: '0200006',
      returnCode: '0200006',
      resultDesc: description,
      returnDesc: description,
    });
    // The slot was kept for a call that is gone, which counts for nothing.
    await service.database.query(
      'UPDATE campaigns SET reserved_for = NULL, reserved_until = NULL WHERE vdn_id = $1',
      [vdn],
    );
    expect(await contentsOf(service, vdn)).toEqual(before);
  });
});

describe.each(queueBackends)('a call that waits for a slot beyond its time on $name', (backend) => {
  const service = useService(backend, { SYNC_WAIT_MS: '20000' });

  test('has a second one meanwhile refused at once', async () => {
    const vdn = await campaignAfterUpload(service, 60_000);
    const first = service.client.call(vdn, 1, records(random, 2));
    await waitFor(() => isReserved(service, vdn), { what: 'the first call to wait' });
    const second = await service.client.call(vdn, 1, records(random, 1), IN_ENGLISH);
    expect(second.json()).toMatchObject({
      resultCode: '0200022',
      resultDesc: "another synchronous call is waiting for the campaign's next slot",
    });
    const retryAfter = Number(second.headers.get('retry-after'));
    expect(retryAfter).toBeGreaterThan(5);
    expect(retryAfter).toBeLessThanOrEqual(60 - 1);
    await service.database.query(
      `DELETE FROM uploads WHERE vdn_id = $1 AND mode = 'sync' AND state = 'receiving'`,
      [vdn],
    );
    expect((await first).status).toBe(503);
  });
});

describe.each(queueBackends)('a call whose slot comes in time on $name', (backend) => {
  const service = useService(backend, { SYNC_WAIT_MS: '120000' });

  test('waits for its slot and gets it; a second one meanwhile is refused with 0200022', async () => {
    const vdn = await campaignAfterUpload(service, 60_000);
    const waiting = service.client.call(vdn, 1, records(random, 2));
    await waitFor(() => isReserved(service, vdn), { what: 'the slot to be kept' });
    const second = await service.client.call(vdn, 1, records(random, 1));
    expect(second.json().resultCode).toBe('0200022');
    expect(Number(second.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    // As if all of the minute but two seconds had passed.
    await service.database.query(
      `UPDATE campaigns SET last_admission_at = clock_timestamp() - interval '58 seconds' WHERE vdn_id = $1`,
      [vdn],
    );
    const before = await admittedAt(vdn);
    expect((await waiting).json()).toMatchObject({
      resultCode: '0200000',
      returnObject: { totalSize: 3 },
    });
    // By the database's clock, in microseconds.
    expect((await admittedAt(vdn)) - before).toBeGreaterThanOrEqual(60_000);
    expect(await isReserved(service, vdn)).toBe(false);
  });

  /** When the last admission was, in ms, by the database's clock. */
  async function admittedAt(vdn: number): Promise<number> {
    const [row] = await service.database.query<{ ms: number }>(
      'SELECT extract(epoch FROM last_admission_at)::float8 * 1000 AS ms FROM campaigns WHERE vdn_id = $1',
      [vdn],
    );
    return row?.ms ?? NaN;
  }

  /** A campaign with an upload under way, whose next slot, a minute away, is kept for a call that waits. */
  async function keptSlot(request: Request = {}) {
    const vdn = newVdn();
    const { client, database } = service;
    await client.putCampaign(vdn, 1, { admissionIntervalMs: 60_000, batchSize: 1 });
    const upload = await client.upload(vdn, 1, records(random, 2));
    await waitFor(async () => (await client.getUpload(upload.id)).batches.done === 1, {
      what: 'the first batch',
    });
    const call = client.call(vdn, 1, records(random, 1), request);
    const kept = async () =>
      (
        await database.query(
          `SELECT 1 FROM campaigns WHERE vdn_id = $1 AND reserved_until > clock_timestamp()`,
          [vdn],
        )
      ).length === 1;
    await waitFor(kept, { what: 'the slot to be kept' });
    return { vdn, upload, call, kept };
  }

  test('has it sooner when the interval is shortened, also for the call that waits', async () => {
    const { vdn, upload, call } = await keptSlot();
    await service.client.putCampaign(vdn, 1, { admissionIntervalMs: 1_000 });
    // The slot may be the waiting call's, or that has taken it: whichever, there is a time to wait for.
    const second = await service.client.call(vdn, 1, records(random, 1));
    if (second.json().resultCode !== '0200000') {
      expect(second.json().resultCode).toBe('0200022');
      expect(Number(second.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    }
    expect((await call).json().resultCode).toBe('0200000');
    await service.client.finished(upload.id);
    expect(await admittedWithin(vdn)).toBeLessThan(50_000);
  });

  test('leaves its slot free at once when it is withdrawn', async () => {
    const { vdn, upload, call, kept } = await keptSlot({
      headers: { ...IN_ENGLISH.headers, accept: 'application/problem+json' },
    });
    await service.database.query(
      `DELETE FROM uploads WHERE vdn_id = $1 AND mode = 'sync' AND state = 'receiving'`,
      [vdn],
    );
    expect((await call).status).toBe(503);
    expect((await call).json()).toMatchObject({
      code: '0200006',
      detail:
        'the call was removed before there was a verdict; nothing of it was kept, try again later',
      nothingKept: true,
    });
    await service.client.putCampaign(vdn, 1, { admissionIntervalMs: 1_000 });
    await service.client.finished(upload.id);
    // By the clock it would still be that call's.
    expect(await kept()).toBe(true);
    expect((await service.client.call(vdn, 1, records(random, 1))).json().resultCode).toBe(
      '0200000',
    );
    expect(await admittedWithin(vdn)).toBeLessThan(50_000);
  });

  /** From the first to the last admission, by the database's clock. */
  async function admittedWithin(vdn: number): Promise<number> {
    const [row] = await service.database.query<{ ms: number }>(
      `SELECT (extract(epoch FROM max(created_at) - min(created_at)) * 1000)::float8 AS ms
         FROM records WHERE vdn_id = $1`,
      [vdn],
    );
    return row?.ms ?? NaN;
  }
});
