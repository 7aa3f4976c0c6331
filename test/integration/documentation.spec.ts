import { describe, expect, test } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { CHECKOUT } from '../support/checkout.ts';

const TOP = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'];

const read = (file: string): string => readFileSync(join(CHECKOUT, file), 'utf8');

const pages = [
  ...TOP,
  ...readdirSync(join(CHECKOUT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join('docs', file)),
];

/** A page without what stands in code, where brackets are no links and `#` begins no headline. */
const prose = (file: string): string =>
  read(file)
    .replaceAll(/^```.*?^```/gms, '')
    .replaceAll(/`[^`\n]*`/g, '');

/** The anchors of a page's headlines, as GitHub makes them. */
function anchors(file: string): Set<string> {
  const headlines = Array.from(
    read(file)
      .replaceAll(/^```.*?^```/gms, '')
      .matchAll(/^#+ (.*)$/gm),
  );
  return new Set(
    headlines.map(([, text = '']) =>
      text
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** Why a link from a page leads nowhere; null: it leads somewhere, or out of the repository. */
function faultOf(page: string, target: string): string | null {
  if (/^[a-z]+:/.test(target)) return null;
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? page : join(dirname(page), path);
  if (!resolve(CHECKOUT, file).startsWith(CHECKOUT) || !existsSync(join(CHECKOUT, file))) {
    return `${page}: ${target} is not there`;
  }
  if (anchor === undefined || anchors(file).has(anchor)) return null;
  return `${page}: ${target} has no such headline`;
}

test('every link from one page to another leads there', () => {
  const links = pages.flatMap((page) =>
    Array.from(prose(page).matchAll(/\]\(([^)\s]+)\)/g), ([, target = '']) => ({ page, target })),
  );
  expect(links.length).toBeGreaterThan(20);
  expect(links.map(({ page, target }) => faultOf(page, target)).filter(Boolean)).toEqual([]);
});

test('every command that a page names is a script of package.json', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const named = pages.flatMap((page) =>
    Array.from(read(page).matchAll(/\bnpm (?:run ([a-z:-]+)|(start|test)\b)/g), (found) => ({
      page,
      command: found[1] ?? found[2] ?? '',
    })),
  );
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter(({ command }) => !Object.hasOwn(scripts, command))).toEqual([]);
});

test('the README names every route by its words', () => {
  const table = /^## What is there$(.*?)^## /ms.exec(read('README.md'))?.[1] ?? '';
  const routes = readdirSync(join(CHECKOUT, 'apps/api/src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.controller.ts'))
    .flatMap((file) => {
      const text = read(join('apps/api/src', file));
      const base = /@Controller\('(.*?)'\)/.exec(text)?.[1] ?? '';
      return Array.from(
        text.matchAll(/^ {2}@(?:Get|Post|Put|Delete|Patch)\((?:'(.*?)')?\)/gm),
        ([, path = '']) => `${base}/${path}`,
      );
    });
  expect(routes.length).toBeGreaterThan(25);
  const words = routes.flatMap((route) =>
    route.split('/').filter((word) => word !== '' && !word.startsWith(':')),
  );
  expect(Array.from(new Set(words)).filter((word) => !table.includes(word))).toEqual([]);
});

test('no page shows where a merge went wrong', () => {
  for (const page of pages) expect(read(page)).not.toMatch(/^(<{7}|={7}|>{7}|(> ){5})/m);
});

test('every decision is listed, under its own title', () => {
  const listed = Array.from(
    read('docs/adr/README.md').matchAll(/^\| \[(\d+)\]\(([^)]+)\) +\| (.*?) +\|$/gm),
    ([, number, file, title]) => ({ file, headline: `# ${String(number)}. ${String(title)}` }),
  );
  const files = readdirSync(join(CHECKOUT, 'docs/adr')).filter((file) => file !== 'README.md');
  expect(listed.map(({ file }) => file)).toEqual(files.sort());
  for (const { file, headline } of listed) {
    expect(read(`docs/adr/${String(file)}`).split('\n')[0]).toBe(headline);
  }
});

describe('docs/architecture.md', () => {
  const SQL = 'libs/persistence/src/sql';

  test('says of every statement in libs/persistence/src/sql what a death does to it', () => {
    const statements = readdirSync(join(CHECKOUT, SQL)).flatMap((file) => {
      const names = Array.from(
        read(`${SQL}/${file}`).matchAll(/new Statement(?:<[^(]*>)?\(\s*'([a-z_]+)'/g),
        ([, name]) => name,
      );
      // A file is called as its statement, and has no other one.
      if (names.length > 0) expect(names).toEqual([file.replace('.ts', '').replaceAll('-', '_')]);
      return names;
    });
    const section = /^## What happens if a process dies$(.*?)^## /ms.exec(
      read('docs/architecture.md'),
    );
    const rows = Array.from((section?.[1] ?? '').matchAll(/^\| `([a-z_]+)`/gm), ([, name]) => name);
    expect(rows.sort()).toEqual(statements.sort());
  });

  test('lists every app and every lib', () => {
    const folders = ['apps', 'libs'].flatMap((parent) =>
      readdirSync(join(CHECKOUT, parent), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => `${parent}/${entry.name}`),
    );
    const rows = Array.from(
      read('docs/architecture.md').matchAll(/^\| `((?:apps|libs)\/[a-z-]+)` +\|/gm),
      ([, name]) => name,
    );
    expect(rows.sort()).toEqual(folders.sort());
  });
});

test('docs/states.md has every state of the schema', () => {
  const page = read('docs/states.md');
  const schema = read('prisma/schema.prisma');
  const states = ['CampaignState', 'UploadState', 'RecordStatus'].flatMap((name) => {
    const body = new RegExp(`^enum ${name} \\{(.*?)@@map`, 'ms').exec(schema)?.[1] ?? '';
    return body.trim().split(/\s+/);
  });
  expect(states.length).toBeGreaterThan(15);
  expect(states.filter((state) => !page.includes(`\`${state}\``))).toEqual([]);
});
