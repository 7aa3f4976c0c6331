import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { getMetadataStorage } from 'class-validator';
import { Variables } from './variables.ts';

/** Variable and default of each row of the table of settings in docs/operations.md. */
function documented(): Map<string, string> {
  const page = readFileSync(new URL('../../../docs/operations.md', import.meta.url), 'utf8');
  const section = /^## Settings$(.*?)^## /ms.exec(page)?.[1] ?? '';
  const rows = Array.from(section.matchAll(/^\| `([A-Z_]+)` +\| (?:`([^`]*)`|(none)\b)/gm));
  return new Map(rows.map(([, name = '', value, none = '']) => [name, value ?? none]));
}

/** The names of the variables, from the rules that stand at each. */
function variables(): string[] {
  const rules = getMetadataStorage().getTargetValidationMetadatas(Variables, '', false, false);
  return Array.from(new Set(rules.map(({ propertyName }) => propertyName)));
}

describe('the table of settings in docs/operations.md', () => {
  test('names every variable, and no other', () => {
    expect(Array.from(documented().keys()).sort()).toEqual(variables().sort());
  });

  test('gives each its default', () => {
    const defaults = new Variables() as unknown as Record<string, string | number | undefined>;
    const expected = variables().map((name) => [name, String(defaults[name] ?? 'none')]);
    expect(Object.fromEntries(documented())).toEqual(Object.fromEntries(expected));
  });
});
