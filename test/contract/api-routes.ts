import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { readSettings } from '#config';
import { createLogger } from '#logging';
import { Presence } from '#persistence';
import { CallEvents, CallQueue, LaneQueue } from '#queue';
import { openServers } from '#servers';
import { ApiModule } from '../../apps/api/src/api.module.ts';

/**
 * The API's routes as Fastify knows them, in the form `get /v1/uploads/{uploadId}`. HEAD, which comes with every GET, is
 * left out.
 *
 * @param environment of an API
 */
export async function apiRoutes(environment: Readonly<Record<string, string>>): Promise<string[]> {
  const settings = readSettings(environment, 'api');
  const log = createLogger('warn', 'routes');
  const servers = await openServers(settings, 'dialgate-routes', log);
  const presence = await Presence.open({
    databaseUrl: settings.databaseUrl,
    applicationName: 'dialgate-routes presence',
    onLost: (error) => {
      log.warn({ err: error }, 'The connection broke');
    },
  });
  const adapter = new FastifyAdapter();
  const routes: string[] = [];
  adapter.getInstance().addHook('onRoute', ({ method, path }) => {
    for (const name of [method].flat()) {
      if (name !== 'HEAD') routes.push(`${name.toLowerCase()} ${path.replace(/:(\w+)/g, '{$1}')}`);
    }
  });
  const app = await NestFactory.create<NestFastifyApplication>(
    ApiModule.with(settings, servers, presence, log),
    adapter,
    { bodyParser: false, logger: false },
  );
  try {
    await app.init();
    await app.get(CallEvents).ready();
  } finally {
    await app.close();
    const parts = [app.get(LaneQueue), app.get(CallQueue), app.get(CallEvents), presence];
    await Promise.all(parts.map((part) => part.close()));
    await servers.close();
  }
  return routes.sort();
}
