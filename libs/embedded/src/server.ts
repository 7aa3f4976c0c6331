import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import pTimeout from 'p-timeout';
import type { Binaries } from './binaries.ts';
import { environment, start } from './command.ts';
import type { Account } from './command.ts';
import { EmbeddedError } from './errors.ts';
import type { Traces } from './leftovers.ts';
import type { LogFile } from './log-file.ts';

const PORT_ATTEMPTS = 10;
/** A fast shutdown writes a checkpoint; an immediate one does not, and Postgres recovers at the next start. */
const FAST_MS = 15_000;
const IMMEDIATE_MS = 10_000;

const READY = 'database system is ready to accept connections';
const PORT_TAKEN = 'Address already in use';

/** A Postgres that runs. */
export interface Server {
  readonly port: number;
  /** Resolves when it has ended without being stopped. */
  readonly lost: Promise<void>;
  stop(): Promise<void>;
}

/**
 * The settings of the server. Durability is Postgres's own default, said here because the service's promises rest on it.
 * No socket in the file system: its path may be too long, and would be a second way in. The log leaves out statements and
 * details, in which call data could stand.
 */
const settings = (clusterName: string, port: number): Record<string, string | number> => ({
  cluster_name: clusterName,
  listen_addresses: '127.0.0.1',
  port,
  unix_socket_directories: '',
  max_connections: 200,
  shared_buffers: '256MB',
  max_wal_size: '2GB',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  jit: 'off',
  logging_collector: 'off',
  log_destination: 'stderr',
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
  log_statement: 'none',
  log_timezone: 'UTC',
  timezone: 'UTC',
});

/**
 * Starts Postgres on a free port of 127.0.0.1, and waits until it takes connections.
 *
 * A port that is free when asked for may be taken when Postgres wants it; then it is tried with another one.
 * @throws EmbeddedError with what Postgres said, when it ends instead
 */
export async function startServer(
  traces: Traces,
  binaries: Binaries,
  how: { account: Account; libraryPath: string; logFile: LogFile; log: (line: string) => void },
): Promise<Server> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const options = Object.entries(settings(traces.clusterName, port));
    const args = [
      '-D',
      traces.data,
      ...options.flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ];
    const child = start(how.account, binaries.postgres, args, environment(how.libraryPath));
    const failure = await whenReady(child, how.logFile);
    if (failure === undefined) {
      return running(child, port, how.log);
    }
    if (!failure.includes(PORT_TAKEN) || attempt === PORT_ATTEMPTS) {
      throw new EmbeddedError(`The embedded Postgres did not start: ${failure}`);
    }
  }
}

/** Undefined when it is ready; when it ended, what it said. Its log goes to the file from now on. */
async function whenReady(child: ChildProcess, logFile: LogFile): Promise<string | undefined> {
  return new Promise((resolve) => {
    let said = '';
    let isReady = false;
    const hear = (text: string): void => {
      logFile.write(text);
      if (!isReady) {
        said += text;
        isReady = said.includes(READY);
        if (isReady) {
          resolve(undefined);
        }
      }
    };
    child.stdout?.setEncoding('utf8').on('data', hear);
    child.stderr?.setEncoding('utf8').on('data', hear);
    child.once('error', (error) => {
      resolve(error.message);
    });
    child.once('close', () => {
      resolve(said.trim());
    });
  });
}

function running(child: ChildProcess, port: number, log: (line: string) => void): Server {
  let isStopping = false;
  let lose = (): void => undefined;
  const lost = new Promise<void>((resolve) => {
    lose = resolve;
  });
  const ended = once(child, 'exit').then(([code]) => {
    if (!isStopping) {
      log(`The embedded Postgres ended by itself, with code ${String(code)}; its log says why`);
      lose();
    }
  });
  const endsWithin = (milliseconds: number): Promise<boolean> =>
    pTimeout(
      ended.then(() => true),
      { milliseconds, fallback: () => false },
    );
  return {
    port,
    lost,
    stop: async () => {
      isStopping = true;
      child.kill('SIGINT');
      if (await endsWithin(FAST_MS)) {
        return;
      }
      log(`The embedded Postgres takes more than ${FAST_MS} ms to stop; stopping it at once`);
      child.kill('SIGQUIT');
      if (!(await endsWithin(IMMEDIATE_MS))) {
        throw new EmbeddedError(
          `The embedded Postgres does not stop (process ${String(child.pid)}).`,
        );
      }
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
