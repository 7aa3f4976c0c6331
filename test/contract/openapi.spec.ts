import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { ROLES } from '#auth';
import type { Role } from '#auth';
import { CODE, PROBLEMS } from '#errors';
import { ApiClient } from '../support/api-client.ts';
import { startApp } from '../support/apps.ts';
import type { AppProcess } from '../support/apps.ts';
import { serviceEnv, useServers } from '../support/backends.ts';
import { EventReader } from '../support/event-reader.ts';
import { unpaced } from '../support/factories.ts';
import { PostgresProxy } from '../support/postgres-proxy.ts';
import { CAMPAIGN, play, RIGHT, rightOf, SCENES, SPOILT } from './api-scenes.ts';
import type { Scene, Stage } from './api-scenes.ts';
import { apiRoutes } from './api-routes.ts';
import { DescribedApi } from './described-api.ts';
import type { OpenApiDocument } from './described-api.ts';
import { exchange } from './exchange.ts';
import type { RawRequest } from './exchange.ts';

/** What is brought about by an API of its own: on a busy machine its impatience meets others too. */
const TIMEOUT = 408;

/** For each role that is asked for one that is not enough. */
const TOO_LITTLE: Readonly<Record<string, Role>> = {
  uploader: 'dialer',
  dialer: 'uploader',
  admin: 'uploader',
};

/** A value of every query parameter that there is, and of one that there is not; a cursor has to be asked for. */
const QUERY_VALUES: Readonly<Record<string, string>> = {
  batchId: 'b',
  campaignId: '1',
  cursor: '',
  dryRun: 'true',
  format: 'source',
  limit: '1',
  onBlocklisted: 'skip',
  onDuplicate: 'skip',
  onFull: 'wait',
  onInvalid: 'skip',
  outcome: 'accepted',
  prefix: '',
  state: 'completed',
  unknown: '1',
};

/** Where the second page of a list begins; empty where an operation has none. */
async function cursorOf(url: string, ask: RawRequest): Promise<string> {
  if (ask.method !== 'GET') return '';
  const { status, body } = await exchange(url, { ...ask, path: `${ask.path}?limit=1` });
  if (status !== 200) return '';
  return (JSON.parse(body) as { nextCursor: string | null }).nextCursor ?? '';
}

describe('the document of the API', () => {
  const servers = useServers({ name: 'postgres' });
  let app: AppProcess;
  let document: OpenApiDocument;
  let described: DescribedApi;
  let stage: Stage;
  const tokens = new Map<Role, string>();

  beforeAll(async () => {
    app = await startApp('standalone', { ...servers.env, LOG_LEVEL: 'warn' });
    const client = new ApiClient(app.url);
    document = (await client.get<OpenApiDocument>('/openapi.json')).json();
    described = new DescribedApi(document);
    await client.putCampaign(1, CAMPAIGN.open, unpaced());
    await client.putCampaign(1, CAMPAIGN.closed, { state: 'completed' });
    await client.putCampaign(1, CAMPAIGN.paced, { admissionIntervalMs: 60_000 });
    await client.putCampaign(1, CAMPAIGN.full, unpaced({ maxIncomplete: 0 }));
    const { id } = await client.upload(1, CAMPAIGN.open, [
      {},
      { called: [{ calledNo: '1' }] },
      { called: [{ calledNo: '2' }] },
    ]);
    await client.finished(id);
    const old = await client.upload(1, CAMPAIGN.open, [{}]);
    await servers.database.query('UPDATE uploads SET receipts_removed_at = now() WHERE id = $1', [
      old.id,
    ]);
    for (const role of ROLES) {
      tokens.set(role, (await issueKey(client, { name: role, roles: [role] })).token);
    }
    const { accessKey } = await issueKey(client, { name: 'to go', roles: ['admin'] });
    const [waiting, unwanted] = await Promise.all([
      client.upload(1, CAMPAIGN.full, [{ called: [{ calledNo: '1' }] }]),
      client.upload(1, CAMPAIGN.full, [{ called: [{ calledNo: '1' }] }]),
    ]);
    const [dataId = '', unwantedDataId = ''] = (await client.receipts(id, '?outcome=accepted')).map(
      (receipt) => receipt.dataId ?? '',
    );
    const events = await EventReader.open(app.url, id);
    stage = {
      uploadId: id,
      oldId: old.id,
      lastEventId: (await events.rest()).at(-1)?.id ?? '',
      waitingId: waiting.id,
      unwantedId: unwanted.id,
      dataId,
      unwantedDataId,
      accessKey,
    };
  });

  afterAll(() => app.process.stop());

  test('is OpenAPI 3.1 by its schema, with references that lead somewhere', async () => {
    const validator = new Validator();
    expect(await validator.validate({ ...structuredClone(document) })).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
    described.compileSchemas();
  });

  test('has examples that are of their schemas', () => {
    expect(described.exampleFaults()).toEqual([]);
  });

  test('has an example of each code, in each language, and each kind of problem', () => {
    const text = JSON.stringify(document);
    for (const code of Object.values(CODE)) {
      const told = Array.from(
        text.matchAll(new RegExp(`"resultCode":"${code}","resultDesc":"([^"]*)"`, 'g')),
        ([, description = '']) => description,
      );
      expect([code, told.some(isChinese), told.some((description) => !isChinese(description))])
        // Success reads the same in every language.
        .toEqual([code, code !== CODE.SUCCESS, true]);
    }
    for (const kind of Object.keys(PROBLEMS)) {
      expect(text).toContain(`urn:dialgate:problem:${kind.toLowerCase().replaceAll('_', '-')}`);
    }
  });

  test('describes the bodies that are taken', () => {
    const bodies = Object.entries(RIGHT).flatMap(([operation, ask]) => {
      const { headers, body } = ask(stage);
      const type = headers['content-type'];
      return typeof body === 'string' && type !== undefined ? [{ operation, type, body }] : [];
    });
    expect(bodies.map(({ operation }) => operation).sort()).toEqual(withBody().sort());
    for (const { operation, type, body } of bodies) {
      expect(described.requestFaults(operation, type, body)).toEqual([]);
    }
  });

  test("has the router's operations, and no others", async () => {
    const operations = Array.from(described.operations.values());
    const listed = operations.map(({ method, path }) => `${method} ${path}`);
    expect(listed.sort()).toEqual(await apiRoutes(servers.env));
  });

  test('describes no status that is not brought about here', () => {
    const made = new Set(SCENES.map(({ operation, status }) => `${operation} ${status}`));
    const unmade = Array.from(described.operations.values()).flatMap(({ operationId, responses }) =>
      Object.keys(responses)
        .filter((status) => status !== 'default' && !isMadeForAll(Number(status)))
        .map((status) => `${operationId} ${status}`)
        .filter((pair) => !made.has(pair)),
    );
    expect(unmade).toEqual([]);
    expect(Object.keys(RIGHT).sort()).toEqual(Array.from(described.operations.keys()).sort());
  });

  test.each(SCENES.map((scene) => [scene.operation, scene.status, scene.about, scene] as const))(
    'agrees with %s answering %i: %s',
    async (_operation, status, _about, scene: Scene) => {
      const answer = await play(app.url, scene, stage);
      expect(answer.status).toBe(status);
      expect(answer.body).toContain(scene.holds ?? '');
      expect(described.faultsOf(scene.operation, answer)).toEqual([]);
    },
  );

  test.each(statusesOfSpoilt().filter((status) => status !== TIMEOUT))(
    'agrees with every operation that answers %i',
    (status) => expectAllSpoilt(app.url, status),
  );

  test('agrees with every operation that answers 408', async () => {
    const api = await startApp('api', { ...servers.env, BODY_RATE_WINDOW_SECONDS: '1' });
    await expectAllSpoilt(api.url, TIMEOUT);
    await api.process.stop();
  });

  test('says which query parameters every operation of the native face knows, and no others are', async () => {
    const numbers = JSON.stringify({ numbers: [{ number: '1' }, { number: '2' }] });
    const add = rightOf('addToBlocklist')(stage);
    const headers = { ...add.headers, 'content-type': 'application/json' };
    await exchange(app.url, { ...add, headers, body: numbers });
    const native = Array.from(described.operations.values())
      .filter(({ path }) => path.startsWith('/v1/'))
      .map(({ operationId }) => operationId);
    const names = new Set([
      'unknown',
      ...native.flatMap((operation) => described.queryOf(operation)),
    ]);
    expect(Array.from(names).sort()).toEqual(Object.keys(QUERY_VALUES).sort());
    for (const operation of native) {
      const right = rightOf(operation)(stage);
      const ask = { ...right, path: right.path.replace(/\?.*/, '') };
      const known: string[] = [];
      for (const name of names) {
        const value = name === 'cursor' ? await cursorOf(app.url, ask) : QUERY_VALUES[name];
        const path = `${ask.path}?${name}=${value ?? ''}`;
        const answer = await exchange(app.url, { ...ask, path });
        if (answer.status !== 400) {
          known.push(name);
          continue;
        }
        expect(JSON.parse(answer.body)).toMatchObject({ place: name });
        expect([operation, described.faultsOf(operation, answer)]).toEqual([operation, []]);
      }
      expect([operation, known.sort()]).toEqual([operation, described.queryOf(operation).sort()]);
    }
  });

  test('says which role every operation needs', async () => {
    const secured = Array.from(described.operations.values()).filter(
      ({ security }) => security.length > 0,
    );
    expect(secured.map(({ operationId }) => operationId)).toEqual(withStatus(403));
    for (const { operationId, security } of secured) {
      const role = security[0]?.bearer?.[0] as Role;
      expect(security).toEqual([{ bearer: [role] }, { authV2: [role] }]);
      const tooLittle = TOO_LITTLE[role];
      if (tooLittle === undefined) throw new Error(`no key has less than ${role}`);
      await expectAll(app.url, [operationId], 403, as(tooLittle));
      const { status } = await exchange(app.url, as(role)(rightOf(operationId)(stage)));
      expect([operationId, status]).not.toEqual([operationId, 403]);
      expect([operationId, status]).not.toEqual([operationId, 401]);
    }
  });

  test('agrees with every operation while the database is away', async () => {
    const proxy = await PostgresProxy.start(servers.database.url);
    const api = await startApp('api', serviceEnv(proxy.url));
    proxy.down();
    const operations = withStatus(503);
    await expectAll(api.url, operations, 503, (ask) => ask);
    await expectAll(api.url, ['addCallData'], 503, (ask) => ({
      ...ask,
      headers: { ...ask.headers, accept: 'application/problem+json' },
    }));
    proxy.heal();
    await api.process.stop();
  });

  const as =
    (role: Role) =>
    (ask: RawRequest): RawRequest => ({
      ...ask,
      headers: { ...ask.headers, authorization: `Bearer ${tokens.get(role) ?? ''}` },
    });

  const withBody = (): string[] =>
    Array.from(described.operations.values())
      .filter(({ requestBody }) => requestBody !== undefined)
      .map(({ operationId }) => operationId);

  const withStatus = (status: number): string[] =>
    Array.from(described.operations.values())
      .filter(({ responses }) => responses[status] !== undefined)
      .map(({ operationId }) => operationId);

  async function expectAllSpoilt(url: string, status: number): Promise<void> {
    const operations = withStatus(status);
    expect(operations.length).toBeGreaterThan(0);
    await expectAll(url, operations, status, SPOILT[status] ?? ((ask) => ask));
  }

  async function expectAll(
    url: string,
    operations: readonly string[],
    status: number,
    change: (ask: RawRequest) => RawRequest,
  ): Promise<void> {
    const answers = await Promise.all(
      operations.map(async (operation) => {
        const answer = await exchange(url, change(rightOf(operation)(stage)));
        return [operation, answer.status, described.faultsOf(operation, answer)];
      }),
    );
    expect(answers).toEqual(operations.map((operation) => [operation, status, []]));
  }
});

function statusesOfSpoilt(): number[] {
  return Object.keys(SPOILT).map(Number);
}

const isChinese = (text: string): boolean => /\p{Script=Han}/u.test(text);

const isMadeForAll = (status: number): boolean =>
  status in SPOILT || status === 403 || status === 503;

async function issueKey(
  client: ApiClient,
  json: object,
): Promise<{ readonly accessKey: string; readonly token: string }> {
  const answer = await client.send<{ accessKey: string; token: string }>(
    'POST',
    '/v1/vdns/1/keys',
    {
      json,
    },
  );
  return answer.json();
}
