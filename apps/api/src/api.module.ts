import { Module } from '@nestjs/common';
import type { DynamicModule, Provider } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { OperatorToken, SecretBox } from '#auth';
import {
  BlocklistService,
  CallService,
  DialerService,
  KeyRing,
  KeyWatch,
  UploadControl,
  UploadService,
  UploadWatch,
  Verdicts,
} from '#ingestion';
import type { UploadSettings } from '#ingestion';
import type { Logger } from '#logging';
import { ApiKeyStore, CampaignStore, Database, UploadStore } from '#persistence';
import type { Presence } from '#persistence';
import { CallEvents, CallQueue, LaneQueue, QueueBackend } from '#queue';
import type { Servers } from '#servers';
import { AccessGuard } from './access/access.guard.ts';
import { Authenticator } from './access/authenticator.ts';
import { BlocklistController } from './blocklist/blocklist.controller.ts';
import { CallDataController } from './calldata/calldata.controller.ts';
import { CampaignsController } from './campaigns/campaigns.controller.ts';
import { DialerController } from './dialer/dialer.controller.ts';
import { RecordsController } from './dialer/records.controller.ts';
import { DocsController } from './docs/docs.controller.ts';
import { HealthController } from './health/health.controller.ts';
import { AnswerKeeper } from './http/answer-keeper.ts';
import { Cursors } from './http/cursors.ts';
import { ErrorFilter } from './http/error.filter.ts';
import { KeysController } from './keys/keys.controller.ts';
import { OpenApiController } from './openapi/openapi.controller.ts';
import { SETTINGS } from './settings.ts';
import type { ApiSettings } from './settings.ts';
import { ControlController } from './uploads/control.controller.ts';
import { FollowingController } from './uploads/following.controller.ts';
import { ReceiptsController } from './uploads/receipts.controller.ts';
import { UploadViews } from './uploads/upload-views.ts';
import { UploadsController } from './uploads/uploads.controller.ts';

/** A provider made by a function of other providers. */
function made<T>(
  provide: new (...args: never[]) => T,
  inject: readonly unknown[],
  useFactory: (...args: never[]) => T,
): Provider {
  return { provide, inject: [...inject], useFactory } as Provider;
}

/** The API's wiring: which parts there are, and what each is given. */
@Module({})
export class ApiModule {
  static with(
    settings: ApiSettings,
    { database, backend }: Servers,
    presence: Presence,
    log: Logger,
  ): DynamicModule {
    const onError = (error: unknown): void => {
      log.warn({ err: error }, 'A statement or a wake-up was lost; a sweep makes up for it');
    };
    return {
      module: ApiModule,
      controllers: [
        CallDataController,
        CampaignsController,
        UploadsController,
        ControlController,
        FollowingController,
        ReceiptsController,
        DialerController,
        RecordsController,
        BlocklistController,
        KeysController,
        HealthController,
        OpenApiController,
        DocsController,
      ],
      providers: [
        { provide: SETTINGS, useValue: settings },
        { provide: Database, useValue: database },
        { provide: QueueBackend, useValue: backend },
        made(CampaignStore, [], () => new CampaignStore(database)),
        made(UploadStore, [], () => new UploadStore(database)),
        made(LaneQueue, [], () => new LaneQueue(backend)),
        made(CallQueue, [], () => new CallQueue(backend)),
        made(CallEvents, [], () => new CallEvents(backend)),
        made(
          Verdicts,
          [CallQueue, CallEvents],
          (queue: CallQueue, events: CallEvents) => new Verdicts(database, queue, events, onError),
        ),
        made(
          CallService,
          [CampaignStore, Verdicts],
          (campaigns: CampaignStore, verdicts: Verdicts) =>
            new CallService(database, campaigns, presence, verdicts, settings),
        ),
        made(
          UploadService,
          [CampaignStore, LaneQueue],
          (campaigns: CampaignStore, lanes: LaneQueue) =>
            new UploadService(database, campaigns, presence, lanes, limitsOf(settings), onError),
        ),
        made(UploadWatch, [], () => new UploadWatch(database, onError)),
        made(KeyWatch, [], () => new KeyWatch(database, onError)),
        made(
          UploadControl,
          [UploadStore, LaneQueue],
          (uploads: UploadStore, lanes: LaneQueue) =>
            new UploadControl(database, uploads, lanes, onError),
        ),
        made(
          DialerService,
          [CampaignStore, LaneQueue],
          (campaigns: CampaignStore, lanes: LaneQueue) =>
            new DialerService(database, campaigns, lanes, onError),
        ),
        made(
          UploadViews,
          [UploadStore],
          (uploads: UploadStore) => new UploadViews(uploads, database),
        ),
        made(BlocklistService, [], () => {
          const { uploadMaxRecords: maxRecords, uploadMaxLineBytes: maxLineBytes } = settings;
          return new BlocklistService(database, presence, { maxRecords, maxLineBytes }, onError);
        }),
        made(AnswerKeeper, [], () => new AnswerKeeper(database, onError)),
        made(Cursors, [], () => new Cursors(settings.masterKey)),
        made(ApiKeyStore, [], () => new ApiKeyStore(database)),
        made(
          KeyRing,
          [ApiKeyStore],
          (keys: ApiKeyStore) => new KeyRing(keys, new SecretBox(settings.masterKey)),
        ),
        made(
          Authenticator,
          [KeyRing],
          (keys: KeyRing) =>
            new Authenticator(
              database,
              keys,
              new OperatorToken(settings.adminToken),
              settings.authWindowSeconds,
            ),
        ),
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_FILTER, useFactory: () => new ErrorFilter(log) },
      ],
    };
  }
}

function limitsOf(settings: ApiSettings): UploadSettings {
  return {
    maxRecords: settings.uploadMaxRecords,
    maxNumbers: settings.uploadMaxNumbers,
    maxLineBytes: settings.uploadMaxLineBytes,
    timeZone: settings.timeZone,
    receivingTimeoutSeconds: settings.receivingTimeoutSeconds,
  };
}
