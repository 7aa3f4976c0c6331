import { describe, expect, test } from '@jest/globals';
import { gunzipSync } from 'node:zlib';
import { PAGE, readDocsFile } from './docs-files.ts';

const references = Array.from(PAGE.matchAll(/(?:src|href)="([^"]*)"/g), ([, path = '']) => path);

describe('the page of the document', () => {
  test('is made of files that are served beside it', async () => {
    expect(references).toHaveLength(4);
    for (const path of references) {
      expect(path).toMatch(/^docs\/[\w.-]+$/);
      expect(await readDocsFile(path.replace('docs/', ''))).not.toBeNull();
    }
  });

  test('holds no script and no style itself: its policy would not let them run', () => {
    expect(PAGE).not.toMatch(/<style|style=|\son\w+=|<script(?! src=)/);
  });

  test('has a style sheet that loads nothing', async () => {
    const style = (await readDocsFile('swagger-ui.css'))?.bytes.toString() ?? '';
    expect(style).not.toContain('@import');
    const targets = Array.from(style.matchAll(/url\(["']?([^)"']*)/g), ([, target = '']) => target);
    expect(targets.filter((target) => !target.startsWith('data:'))).toEqual([]);
  });

  test('is sent compressed as it is', async () => {
    const file = await readDocsFile('swagger-ui-bundle.js');
    expect(gunzipSync(file?.gzipped ?? '').equals(file?.bytes ?? Buffer.alloc(0))).toBe(true);
    expect((await readDocsFile('favicon-32x32.png'))?.gzipped).toBeNull();
  });

  test.each(['package.json', '../package.json', 'index.html', 'toString', '__proto__', ''])(
    'has no file %j',
    async (name) => {
      expect(await readDocsFile(name)).toBeNull();
    },
  );
});
