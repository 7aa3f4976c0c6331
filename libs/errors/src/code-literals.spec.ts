import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const ROOT = new URL('../../../', import.meta.url).pathname;

/** A code as a string of TypeScript or SQL. In backquotes it is a word of a description. */
const LITERAL = /(['"])0200\d{3,4}\1/;

const sources = ['apps', 'libs', 'bench'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => join(folder, file))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts')),
);

test('no code is written out but in the registry: elsewhere it goes by its name', () => {
  const found = sources.filter((file) => LITERAL.test(readFileSync(join(ROOT, file), 'utf8')));
  expect(found).toEqual([join('libs', 'errors', 'src', 'registry.ts')]);
});
