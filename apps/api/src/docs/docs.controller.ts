import { Controller, Get, Header, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ProblemError } from '#errors';
import { Public } from '../access/access.ts';
import { acceptsCoding } from '../http/accept.ts';
import { PAGE, readDocsFile } from './docs-files.ts';
import type { DocsFile } from './docs-files.ts';

/** Everything from here, pictures in style sheets aside, which are data; no script or style in the page itself. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The document of the API, to be browsed: a renderer from an installed package. */
@Controller('docs')
@Public()
export class DocsController {
  /** Read and compressed when they are first asked for. */
  readonly #files = new Map<string, DocsFile>();

  @Get()
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', POLICY)
  @Header('x-content-type-options', 'nosniff')
  @Header('referrer-policy', 'no-referrer')
  @Header('cache-control', 'no-cache')
  page(): string {
    return PAGE;
  }

  @Get(':file')
  async file(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Param('file') name: string,
  ): Promise<void> {
    const file = this.#files.get(name) ?? (await readDocsFile(name));
    if (file === null) throw new ProblemError({ problem: 'NOT_FOUND', place: 'file' });
    this.#files.set(name, file);
    const takesGzip = acceptsCoding(request.headers['accept-encoding'], 'gzip');
    const packed = takesGzip ? file.gzipped : null;
    if (packed !== null) void reply.header('content-encoding', 'gzip');
    await reply
      .headers({
        'content-type': file.type,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': 'public, max-age=3600',
        vary: 'accept-encoding',
      })
      .send(packed ?? file.bytes);
  }
}
