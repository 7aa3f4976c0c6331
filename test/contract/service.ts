import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { ApiClient } from '../support/api-client.ts';
import { startApp } from '../support/apps.ts';
import type { AppProcess } from '../support/apps.ts';
import { useServers } from '../support/backends.ts';
import type { QueueBackend } from '../support/backends.ts';
import type { TestDatabase } from '../support/database.ts';
import { waitFor } from '../support/time.ts';

/** API and worker in one process, for the tests of one `describe`. */
export interface Service {
  readonly url: string;
  /** With the operator's token. */
  readonly client: ApiClient;
  readonly database: TestDatabase;
  /** All that the process has written. */
  output(): string;
}

const POSTGRES: QueueBackend = { name: 'postgres' };

/**
 * Starts the service before the first test of the enclosing `describe`, and stops it after the last: with exit code 0, or
 * the file fails. What has no queue in its way needs only one backend.
 *
 * @param changes added to the environment
 */
export function useService(
  backend: QueueBackend = POSTGRES,
  changes: Readonly<Record<string, string>> = {},
): Service {
  const servers = useServers(backend);
  let app: AppProcess | undefined;
  const started = (): AppProcess => {
    if (app === undefined) throw new Error('The service is there from beforeAll on');
    return app;
  };
  beforeAll(async () => {
    app = await startApp('standalone', { ...servers.env, LOG_LEVEL: 'warn', ...changes });
  });
  afterAll(async () => {
    await app?.process.stop();
  });
  return {
    get url() {
      return started().url;
    },
    get client() {
      return new ApiClient(started().url);
    },
    get database() {
      return servers.database;
    },
    output: () => started().process.output(),
  };
}

let vdns = 0;

/** A VDN that no other test of the file uses. */
export function newVdn(): number {
  vdns += 1;
  return vdns;
}

/** What the database holds of a VDN's calls and uploads: rows by table, and the campaigns' counters and clocks. */
export async function contentsOf({ database }: Service, vdn: number): Promise<object> {
  const [contents] = await database.query<{ contents: object }>(
    `SELECT json_build_object(
       'uploads', (SELECT count(*) FROM uploads WHERE vdn_id = $1),
       'batches', (SELECT count(*) FROM batches b JOIN uploads u ON u.id = b.upload_id WHERE u.vdn_id = $1),
       'rejected', (SELECT count(*) FROM rejected_records r JOIN uploads u ON u.id = r.upload_id WHERE u.vdn_id = $1),
       'records', (SELECT count(*) FROM records WHERE vdn_id = $1),
       'campaigns', (SELECT json_agg(json_build_array(
           id, incomplete, last_admission_at, last_admission_mode, reserved_for, reserved_until) ORDER BY id)
         FROM campaigns WHERE vdn_id = $1)
     ) AS contents`,
    [vdn],
  );
  return contents?.contents ?? {};
}

/** Less than `SYNC_WAIT_MS` of the tests, behind which a sweep removes what nobody else has. */
const REMOVED_MS = 10_000;

/**
 * Expects that nothing is kept of a call that a worker has refused: the VDN has what it had `before`. What was put down is
 * removed before the answer, which waits for that no longer than two seconds.
 */
export async function expectNothingKept(
  service: Service,
  vdn: number,
  before: object,
): Promise<void> {
  let contents = {};
  const isAsBefore = async (): Promise<boolean> => {
    contents = await contentsOf(service, vdn);
    return isDeepStrictEqual(contents, before);
  };
  const waited = waitFor(isAsBefore, { what: 'nothing to be kept', timeoutMs: REMOVED_MS });
  // What is kept says more.
  await waited.catch(() => {
    expect(contents).toEqual(before);
  });
}
