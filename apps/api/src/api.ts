import 'reflect-metadata';
import { Server as TlsServer } from 'node:tls';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { readTlsPair } from '#config';
import { NestLog } from '#logging';
import { KeyRing, UploadWatch } from '#ingestion';
import { explain, POSTGRES } from '#lifecycle';
import type { Logger } from '#logging';
import { CallEvents, CallQueue, LaneQueue } from '#queue';
import { Presence } from '#persistence';
import { queueServerOf } from '#servers';
import type { Servers } from '#servers';
import { Authenticator } from './access/authenticator.ts';
import { collectMethods, refuseOtherMethods } from './access/other-methods.ts';
import { ApiModule } from './api.module.ts';
import { ClientErrors } from './http/client-errors.ts';
import { refuseUnclearRequests } from './http/clear-requests.ts';
import { holdContinue } from './http/continue.ts';
import { leaveBodiesUnread } from './http/incoming-body.ts';
import { endConnectionsOnStop } from './http/keep-alive.ts';
import { leaveRefusedBodies } from './http/linger.ts';
import { logRequests } from './http/request-log.ts';
import { serverOptions } from './http/server-options.ts';
import type { ApiSettings } from './settings.ts';
import { CertificateWatch } from './tls/certificate-watch.ts';

/** A running API. */
export interface Api {
  /** Where it listens, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Stops listening and lets every request that was begun end. The servers stay connected. */
  stop(): Promise<void>;
  /** Breaks off the requests that a stop still waits for. */
  readonly cut: () => void;
}

/**
 * Starts the API on servers that are connected.
 * Rejects, stopped again, when the port is in use, or the stored keys do not open.
 */
export async function startApi(settings: ApiSettings, servers: Servers, log: Logger): Promise<Api> {
  const pair = settings.tls && readTlsPair(settings.tls);
  const presence = await explain(POSTGRES, () =>
    Presence.open({
      databaseUrl: settings.databaseUrl,
      applicationName: 'dialgate-api presence',
      onLost: (error) => {
        log.warn(
          { err: error },
          'The connection that says that this process lives broke; trying again',
        );
      },
    }),
  );
  const clientErrors = new ClientErrors(log);
  const adapter = new FastifyAdapter(serverOptions(settings, pair, clientErrors));
  const app = await NestFactory.create<NestFastifyApplication>(
    ApiModule.with(settings, servers, presence, log),
    adapter,
    { bodyParser: false, logger: new NestLog(log), abortOnError: false },
  );
  const fastify = adapter.getInstance();
  clientErrors.watch(fastify.server);
  holdContinue(fastify.server);
  refuseUnclearRequests(fastify);
  leaveBodiesUnread(fastify, {
    rate: {
      bytesPerSecond: settings.bodyMinBytesPerSecond,
      windowSeconds: settings.bodyRateWindowSeconds,
    },
    maxBytes: settings.uploadMaxBytes,
  });
  leaveRefusedBodies(fastify);
  logRequests(fastify, log);
  endConnectionsOnStop(fastify);
  const methods = collectMethods(fastify);
  // Who waits for news is answered with what is known.
  fastify.addHook('preClose', (done) => {
    app.get(UploadWatch).stop();
    done();
  });
  const certificate =
    settings.tls !== null && pair !== null && fastify.server instanceof TlsServer
      ? new CertificateWatch(settings.tls, pair, fastify.server, log)
      : null;
  const stop = async (): Promise<void> => {
    certificate?.stop();
    await app.close();
    await Promise.all(
      [app.get(LaneQueue), app.get(CallQueue), app.get(CallEvents), presence].map((part) =>
        part.close(),
      ),
    );
  };
  const cut = (): void => {
    fastify.server.closeAllConnections();
  };
  try {
    await explain(POSTGRES, () => app.get(KeyRing).assertMasterKey());
    await explain(queueServerOf(servers.backend), () => app.get(CallEvents).ready());
    await app.init();
    refuseOtherMethods(fastify, methods, app.get(Authenticator));
    await app.listen(settings.port, settings.host);
    const url = await app.getUrl();
    // Nest does not know of it.
    return { url: certificate === null ? url : url.replace(/^http:/, 'https:'), stop, cut };
  } catch (error) {
    await stop();
    throw listenError(error, settings);
  }
}

/** What Node says of an address that cannot be listened on, with the settings to look at. */
function listenError(error: unknown, { host, port }: ApiSettings): unknown {
  const { code } = error as { code?: unknown };
  if (code === 'EADDRINUSE') {
    return new Error(
      `Port ${port} on ${host} is in use: stop the program that listens there, or set PORT to another.`,
    );
  }
  if (code === 'EADDRNOTAVAIL' || code === 'EACCES' || code === 'ENOTFOUND') {
    return new Error(`Cannot listen on ${host}, port ${port} (${code}): check HOST and PORT.`);
  }
  return error;
}
