import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { readSettings, SettingsError } from '#config';
import { appScript, launchApp, scratchFolder, startApp } from '../support/apps.ts';
import { queueBackends, useServers } from '../support/backends.ts';
import { makeCertificate, writePair } from '../support/certificate.ts';
import { CHECKOUT } from '../support/checkout.ts';
import { freePort } from '../support/ports.ts';
import { startNode } from '../support/process.ts';
import { waitFor } from '../support/time.ts';

interface Service {
  readonly image: string;
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly stop_grace_period?: string;
  readonly volumes?: readonly string[];
}

interface Compose {
  readonly services: Readonly<Record<'postgres' | 'redis' | 'migrate' | 'api' | 'worker', Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const read = (file: string): string => readFileSync(join(CHECKOUT, file), 'utf8');

const compose = parse(read('docker-compose.yml'), { merge: true }) as Compose;
const { services } = compose;
const dockerfile = read('Dockerfile');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

const PROGRAMS = ['api', 'worker', 'migrate'] as const;

/** For the embedded servers, and for files that the container would have to be given. */
const NOT_IN_CONTAINERS = ['DIALGATE_DATA_DIR', 'TLS_CERT_FILE', 'TLS_KEY_FILE'];

/** Compose's `${NAME:-default}` and `${NAME:?message}` with these variables, as Compose replaces them. */
function substitute(text: string, given: Readonly<Record<string, string>>): string {
  return text.replaceAll(
    /\$\{([A-Z_]+):([-?])([^}]*)\}/g,
    (_, name: string, kind: string, rest: string) => {
      const value = given[name] ?? '';
      if (value !== '') return value;
      if (kind === '?') throw new Error(`${name}: ${rest}`);
      return rest;
    },
  );
}

const environmentOf = (
  service: Service,
  given: Readonly<Record<string, string>>,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(service.environment ?? {}).map(([name, text]) => [
      name,
      substitute(text, given),
    ]),
  );

const SECRETS = {
  POSTGRES_PASSWORD: 'c0ffee',
  DIALGATE_ADMIN_TOKEN: 'x'.repeat(32),
  DIALGATE_MASTER_KEY: Buffer.alloc(32).toString('base64'),
};

/** The names among these that are settings: those to whose nonsense the service objects. */
function settingsAmong(names: readonly string[]): string[] {
  try {
    readSettings(Object.fromEntries(names.map((name) => [name, '\0'])), 'migrate');
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const objected = error.problems.map(({ variable }) => variable);
    return names.filter((name) => objected.includes(name));
  }
  return [];
}

describe('docker-compose.yml', () => {
  test.each(PROGRAMS)('gives %s nothing but settings of the service', (name) => {
    const names = Object.keys(services[name].environment ?? {});
    expect(settingsAmong(names)).toEqual(names);
  });

  test('lets every setting be set, but those that make no sense in a container', () => {
    const page = /^## Settings$(.*?)^## /ms.exec(read('docs/operations.md'))?.[1] ?? '';
    const documented = Array.from(page.matchAll(/^\| `([A-Z_]+)`/gm), ([, name = '']) => name);
    const given = PROGRAMS.flatMap((name) => Object.keys(services[name].environment ?? {}));
    expect(Array.from(new Set([...given, ...NOT_IN_CONTAINERS])).sort()).toEqual(documented.sort());
  });

  test.each(PROGRAMS)('starts %s with the secrets alone', (name) => {
    const settings = readSettings(environmentOf(services[name], SECRETS), name);
    expect(settings.databaseUrl).toBe('postgres://dialgate:c0ffee@postgres:5432/dialgate');
    expect(settings.redisUrl).toBe('redis://redis:6379');
    expect(settings.port).toBe(8080);
  });

  test.each(Object.keys(SECRETS))('says so when %s is missing', (missing) => {
    const given = { ...SECRETS, [missing]: '' };
    expect(() => Object.values(services).map((service) => environmentOf(service, given))).toThrow(
      new RegExp(`^${missing}: set .*openssl rand`),
    );
  });

  test.each([
    ['api', 'start:api'],
    ['worker', 'start:worker'],
    ['migrate', 'migrate'],
  ] as const)('runs %s as npm run %s does', (name, script) => {
    expect(`exec ${services[name].command.join(' ')}`).toBe(scripts[script]);
  });

  test('starts API and workers after the migrations, and stops them more slowly than they do', () => {
    for (const { depends_on: after, stop_grace_period: grace } of [services.api, services.worker]) {
      expect(after?.migrate?.condition).toBe('service_completed_successfully');
      expect(parseInt(grace ?? '', 10)).toBeGreaterThan(
        readSettings({ DATABASE_URL: 'postgres://x' }, 'worker').shutdownSeconds,
      );
    }
    expect(services.migrate.depends_on?.postgres?.condition).toBe('service_healthy');
  });

  test('has Redis throw nothing away, and keeps what the servers write', () => {
    expect(services.redis.command.join(' ')).toContain('--maxmemory-policy noeviction');
    expect(services.redis.command.join(' ')).toContain('--appendonly yes');
    for (const { volumes } of [services.postgres, services.redis]) {
      expect(compose.volumes).toHaveProperty(volumes?.[0]?.split(':')[0] ?? '');
    }
  });

  test('lets any number of workers run beside each other', () => {
    expect(services.worker).not.toHaveProperty('container_name');
    expect(services.worker).not.toHaveProperty('ports');
  });
});

describe('Dockerfile', () => {
  const stages = dockerfile.split(/^FROM /m).slice(1);
  const last = stages.at(-1) ?? '';

  test('runs the API by default, without a shell and without rights', () => {
    const command = /^CMD (\[.*\])$/m.exec(last)?.[1] ?? '[]';
    expect(JSON.parse(command)).toEqual(services.api.command);
    expect(last).toMatch(/^USER node$/m);
    expect(last.indexOf('USER node')).toBeGreaterThan(last.lastIndexOf('COPY'));
  });

  test('copies what was built, and no sources', () => {
    const copied = Array.from(
      last.matchAll(/^COPY --from=build \/app\/(\S+)/gm),
      ([, path]) => path,
    );
    expect(copied).toEqual(['package.json', 'node_modules', 'prisma/migrations', 'dist']);
    expect(last).not.toMatch(/^COPY (?!--from=build)/m);
  });

  test('builds by the commands of package.json, on a Node that is supported', () => {
    const commands = Array.from(
      dockerfile.matchAll(/^RUN npm run (\S+)/gm),
      ([, name = '']) => name,
    );
    expect(commands.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
    const versions = Array.from(dockerfile.matchAll(/^FROM node:(\d+)-slim/gm), ([, n]) =>
      Number(n),
    );
    expect(versions).toHaveLength(stages.length);
    expect(Math.min(...versions)).toBeGreaterThanOrEqual(20);
  });

  test('keeps secrets and data out of the image', () => {
    const lines = read('.dockerignore').split('\n');
    expect(lines.find((line) => line !== '' && !line.startsWith('#'))).toBe('*');
    expect(lines.filter((line) => /^!.*(\.env|\.dialgate|node_modules)/.test(line))).toEqual([]);
  });
});

describe.each(queueBackends)('the health checks on $name', (backend) => {
  const servers = useServers(backend);

  /** Runs a health check with the environment of its program; true: healthy. */
  async function isHealthy(args: readonly string[], env: Record<string, string>): Promise<boolean> {
    const [script = '', ...rest] = args;
    const check = startNode(script, rest, { name: 'health', cwd: await scratchFolder(), env });
    return (await check.ended).code === 0;
  }

  test('of the worker: healthy while one runs, and not without', async () => {
    const [node, script = ''] = services.worker.healthcheck?.test?.slice(1) ?? [];
    expect(node).toBe('node');
    expect(join(CHECKOUT, script)).toBe(join(appScript('worker'), '../health-check.js'));

    expect(await isHealthy([join(CHECKOUT, script)], servers.env)).toBe(false);
    const worker = await startApp('worker', servers.env);
    expect(await isHealthy([join(CHECKOUT, script)], servers.env)).toBe(true);
    await worker.process.stop();
    // Its connections go a moment after it.
    await waitFor(async () => !(await isHealthy([join(CHECKOUT, script)], servers.env)), {
      what: 'being found gone',
    });
  });

  test.each([
    ['HTTP', false],
    ['HTTPS', true],
  ])('of the API on %s: healthy while it is ready, and not when it is gone', async (_, isTls) => {
    const command = /^HEALTHCHECK .*\n *CMD (\[.*\])$/m.exec(dockerfile)?.[1] ?? '[]';
    const [node, script = ''] = JSON.parse(command) as string[];
    expect(node).toBe('node');
    expect(join(CHECKOUT, script)).toBe(join(appScript('api'), '../health-check.js'));

    const { cert, key } = makeCertificate();
    const env = {
      ...servers.env,
      ...(isTls ? await writePair(await scratchFolder(), cert, key) : {}),
      HOST: '0.0.0.0',
      PORT: String(await freePort()),
    };
    const { process } = await launchApp('api', env);
    await process.untilOutput(/Serving on/);
    expect(await isHealthy([join(CHECKOUT, script)], env)).toBe(true);
    await process.stop();
    expect(await isHealthy([join(CHECKOUT, script)], env)).toBe(false);
  });
});
