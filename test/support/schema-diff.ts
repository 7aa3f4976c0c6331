import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import type { SqlDriverAdapter } from '@prisma/driver-adapter-utils';
import * as engineCode from '@prisma/schema-engine-wasm/schema_engine_bg';
import type {
  DiagnoseMigrationHistoryOutput,
  MigrationList,
} from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';

/** What Prisma's own schema engine says about a database and this repository's prisma/. */
export interface PrismasOpinion {
  /** Its SQL from the database to the schema; '' where there is no difference. */
  readonly difference: string;
  /** What `prisma migrate status` is made of. */
  readonly history: DiagnoseMigrationHistoryOutput;
  /** What `prisma migrate deploy` has applied now. */
  readonly deployed: readonly string[];
}

/** The text of a file of prisma/. */
export const readPrisma = (path: string): Promise<string> =>
  readFile(new URL(`../../prisma/${path}`, import.meta.url), 'utf8');

/**
 * Asks Prisma's schema engine in its WebAssembly edition: the code that Prisma's command line downloads as a binary,
 * without the download. Its interface is Prisma's own business, hence its pinned version in package.json.
 *
 * @param schema In Prisma's schema language, such as the text of prisma/schema.prisma.
 */
export async function askPrisma(databaseUrl: string, schema: string): Promise<PrismasOpinion> {
  const pool = catalogPool(databaseUrl);
  const files = [{ path: 'schema.prisma', content: schema }];
  const filters = { externalTables: [], externalEnums: [] };
  const migrationsList = await listMigrations();
  const engine = await startEngine(pool, schema);
  try {
    const diff = await engine.diff({
      from: { tag: 'schemaDatasource', files, configDir: '.' },
      to: { tag: 'schemaDatamodel', files },
      script: true,
      exitCode: true,
      filters,
    });
    const history = await engine.diagnoseMigrationHistory({
      migrationsList,
      optInToShadowDatabase: false,
      filters,
    });
    const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList, filters });
    return {
      difference: diff.exitCode === 0 ? '' : (diff.stdout ?? 'no text'),
      history,
      deployed: appliedMigrationNames,
    };
  } finally {
    engine.free();
    await pool.end();
  }
}

async function listMigrations(): Promise<MigrationList> {
  const entries = await readdir(new URL('../../prisma/migrations', import.meta.url), {
    withFileTypes: true,
  });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return {
    baseDir: 'prisma/migrations',
    lockfile: {
      path: 'migration_lock.toml',
      content: await readPrisma('migrations/migration_lock.toml'),
    },
    shadowDbInitScript: '',
    migrationDirectories: await Promise.all(
      names.sort().map(async (name) => ({
        path: name,
        migrationFile: {
          path: 'migration.sql',
          content: {
            tag: 'ok' as const,
            value: await readPrisma(`migrations/${name}/migration.sql`),
          },
        },
      })),
    ),
  };
}

// Node's types of this version leave it to the browser's.
declare const WebAssembly: {
  instantiate(
    bytes: Uint8Array,
    imports: Record<string, object>,
  ): Promise<{ readonly instance: { readonly exports: object } }>;
};

let loaded: Promise<void> | undefined;

async function startEngine(pool: pg.Pool, schema: string): Promise<engineCode.SchemaEngine> {
  await (loaded ??= loadEngine());
  const adapter = bindMigrationAwareSqlAdapterFactory({
    provider: 'postgres',
    adapterName: '@prisma/adapter-pg',
    connect: async () => mended(await new PrismaPg(pool).connect(), pool),
    connectToShadowDb: () => Promise.reject(new Error('no question here needs a shadow database')),
  });
  const options = { datamodels: [['schema.prisma', schema] as [string, string]] };
  return engineCode.SchemaEngine.new(options, () => undefined, adapter);
}

/** What the package's schema_engine.js would do, were WebAssembly a module that Node 20 can import. */
async function loadEngine(): Promise<void> {
  const script = createRequire(import.meta.url).resolve(
    '@prisma/schema-engine-wasm/schema_engine_bg',
  );
  const { instance } = await WebAssembly.instantiate(
    await readFile(script.replace(/\.js$/, '.wasm')),
    { './schema_engine_bg.js': { ...engineCode, ...idleTimers() } },
  );
  engineCode.__wbg_set_wasm(instance.exports);
  (instance.exports as { __wbindgen_start(): void }).__wbindgen_start();
}

/** The engine's timeouts (10 s for its lock) stay armed when they are not needed any more; they must not hold the process. */
function idleTimers(): Record<string, (callback: () => void, milliseconds: number) => unknown> {
  const names = Object.keys(engineCode).filter((name) => name.startsWith('__wbg_setTimeout_'));
  return Object.fromEntries(
    names.map((name) => [
      name,
      (callback: () => void, milliseconds: number) => setTimeout(callback, milliseconds).unref(),
    ]),
  );
}

// @prisma/adapter-pg 7.10 knows no columns of Postgres's one-byte type "char", but the engine reads such ones in the
// catalog, and wants them as characters: the pool passes them off as text, and the adapter then calls them characters.
const CHAR_TYPE = 18;
const TEXT_TYPE = 25;
const CHAR_COLUMNS = new Set(['constraint_type', 'confdeltype', 'confupdtype']);

function catalogPool(connectionString: string): pg.Pool {
  const pool = new pg.Pool({ connectionString });
  const ask = pool.query.bind(pool) as (query: pg.QueryArrayConfig) => Promise<pg.QueryArrayResult>;
  return Object.assign(pool, {
    query: async (query: pg.QueryArrayConfig) => {
      const result = await ask(query);
      // A script of several statements has several results, and nobody reads them.
      if (!Array.isArray(result)) {
        for (const field of result.fields) {
          if (field.dataTypeID === CHAR_TYPE) field.dataTypeID = TEXT_TYPE;
        }
      }
      return result;
    },
  });
}

function mended(adapter: SqlDriverAdapter, pool: pg.Pool): SqlDriverAdapter {
  const ask = adapter.queryRaw.bind(adapter);
  adapter.queryRaw = async (query) => {
    const result = await ask(query);
    const columnTypes = result.columnTypes.map((type, place) =>
      CHAR_COLUMNS.has(result.columnNames[place] ?? '') ? ColumnTypeEnum.Character : type,
    );
    return { ...result, columnTypes };
  };
  // The adapter cuts a script at each semicolon, also at those in comments; Prisma's binary sends it whole.
  adapter.executeScript = async (script) => {
    await pool.query(script);
  };
  return adapter;
}
