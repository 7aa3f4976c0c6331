import { Controller, Get, Header, Inject } from '@nestjs/common';
import { Public } from '../access/access.ts';
import { SETTINGS } from '../settings.ts';
import type { ApiSettings } from '../settings.ts';
import { openApiDocument } from './document.ts';

@Controller()
@Public()
export class OpenApiController {
  /** Made once: it does not change while the process runs. */
  readonly #text: string;

  constructor(@Inject(SETTINGS) settings: ApiSettings) {
    this.#text = JSON.stringify(openApiDocument(settings));
  }

  @Get('openapi.json')
  @Header('content-type', 'application/json; charset=utf-8')
  @Header('x-content-type-options', 'nosniff')
  show(): string {
    return this.#text;
  }
}
