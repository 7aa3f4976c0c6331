import { randomUUID } from 'node:crypto';
import { asAdmin } from './admin.ts';
import { testServer } from './settings.ts';

/** An empty database of a test's own. */
export interface ScratchDatabase {
  readonly url: string;
  /** Ends whatever is still connected to it. */
  drop(): Promise<void>;
}

/** Creates an empty database on the test run's Postgres; for tests that the migrated template does not suit. */
export async function createScratchDatabase(): Promise<ScratchDatabase> {
  const name = `dialgate_scratch_${randomUUID().replaceAll('-', '')}`;
  await asAdmin(`CREATE DATABASE ${name} ENCODING 'UTF8' TEMPLATE template0`);
  const url = new URL(testServer().adminUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => asAdmin(`DROP DATABASE ${name} WITH (FORCE)`) };
}
