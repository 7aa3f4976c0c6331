import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** A file that the page of the document is made of. */
export interface DocsFile {
  readonly type: string;
  readonly bytes: Buffer;
  /** Null where it would not become smaller. */
  readonly gzipped: Buffer | null;
}

export const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>dialgate API</title>
    <link rel="icon" type="image/png" href="docs/favicon-32x32.png">
    <link rel="stylesheet" href="docs/swagger-ui.css">
  </head>
  <body>
    <div id="document"></div>
    <script src="docs/swagger-ui-bundle.js"></script>
    <script src="docs/start.js"></script>
  </body>
</html>
`;

/** `validatorUrl` would send the document to a service of its makers. */
const START = `SwaggerUIBundle({
  url: 'openapi.json',
  dom_id: '#document',
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
});
`;

const JAVASCRIPT = 'text/javascript; charset=utf-8';

/** What is served of the renderer's package, by name. */
const PACKAGED: ReadonlyMap<string, string> = new Map([
  ['swagger-ui-bundle.js', JAVASCRIPT],
  ['swagger-ui.css', 'text/css; charset=utf-8'],
  ['favicon-32x32.png', 'image/png'],
]);

const { resolve } = createRequire(import.meta.url);
const compress = promisify(gzip);

/** Reads a file, and nothing but those that belong to the page; null for another name. */
export async function readDocsFile(name: string): Promise<DocsFile | null> {
  if (name === 'start.js') {
    return { type: JAVASCRIPT, bytes: Buffer.from(START), gzipped: null };
  }
  const type = PACKAGED.get(name);
  if (type === undefined) return null;
  const bytes = await readFile(resolve(`swagger-ui-dist/${name}`));
  return { type, bytes, gzipped: type.startsWith('text/') ? await compress(bytes) : null };
}
