import { Injectable } from '@nestjs/common';
import type { PipeTransform } from '@nestjs/common';
import { IncomingBody, unsupported } from './incoming-body.ts';

/** Reads a body as JSON. A request without a body has none of the right type. */
@Injectable()
export class JsonBodyPipe implements PipeTransform<unknown, Promise<unknown>> {
  async transform(body: unknown): Promise<unknown> {
    if (!(body instanceof IncomingBody)) throw unsupported('application/json');
    return (await body.json()).value;
  }
}
