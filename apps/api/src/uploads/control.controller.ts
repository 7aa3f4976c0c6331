import { Controller, HttpCode, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { UploadCommand } from '#domain';
import { UploadControl } from '#ingestion';
import type { UploadView } from '#wire';
import { Allow } from '../access/access.ts';
import { visibleVdn } from '../access/caller.ts';
import { UploadIdPipe } from '../http/ids.ts';
import { NoQuery } from '../http/no-query.ts';
import { UploadViews } from './upload-views.ts';

/** Commands to an upload, each answered with the upload. They have no body; one that is sent is not looked at. */
@Controller('v1/uploads')
@Allow('uploader')
@NoQuery()
export class ControlController {
  readonly #control: UploadControl;
  readonly #views: UploadViews;

  constructor(control: UploadControl, views: UploadViews) {
    this.#control = control;
    this.#views = views;
  }

  @Post(':uploadId/cancel')
  @HttpCode(200)
  cancel(
    @Req() request: FastifyRequest,
    @Param('uploadId', UploadIdPipe) uploadId: string,
  ): Promise<UploadView> {
    return this.#command('cancel', uploadId, request);
  }

  @Post(':uploadId/pause')
  @HttpCode(200)
  pause(
    @Req() request: FastifyRequest,
    @Param('uploadId', UploadIdPipe) uploadId: string,
  ): Promise<UploadView> {
    return this.#command('pause', uploadId, request);
  }

  @Post(':uploadId/resume')
  @HttpCode(200)
  resume(
    @Req() request: FastifyRequest,
    @Param('uploadId', UploadIdPipe) uploadId: string,
  ): Promise<UploadView> {
    return this.#command('resume', uploadId, request);
  }

  async #command(
    command: UploadCommand,
    uploadId: string,
    request: FastifyRequest,
  ): Promise<UploadView> {
    const upload = await this.#control.command(command, uploadId, visibleVdn(request));
    return this.#views.show(upload, request);
  }
}
