import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One folder of prisma/migrations. */
export interface Migration {
  /** The folder's name: a time of 14 digits, `_`, and what it is about. */
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the SQL, 64 hexadecimal digits. */
  readonly checksum: string;
}

/**
 * Reads all migrations, in the order in which they are applied (by name).
 *
 * @throws Error when the folder, or a migration.sql in one of its folders, is missing.
 */
export async function readMigrations(
  directory: string = migrationsDirectory(),
): Promise<Migration[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(names.sort().map((name) => readMigration(directory, name)));
}

async function readMigration(directory: string, name: string): Promise<Migration> {
  // A checkout that turned \n into \r\n has the same migrations; Prisma compares checksums the same way.
  const text = await readFile(join(directory, name, 'migration.sql'), 'utf8');
  const sql = text.replaceAll('\r\n', '\n');
  return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
}

/** prisma/migrations of this package, wherever this file runs from: its source, dist, or an image that holds dist. */
function migrationsDirectory(): string {
  let root = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(root, 'package.json'))) {
    const parent = dirname(root);
    if (parent === root)
      throw new Error('No package.json above libs/persistence: where is prisma/?');
    root = parent;
  }
  return join(root, 'prisma', 'migrations');
}
