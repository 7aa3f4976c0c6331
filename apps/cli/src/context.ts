import type { Readable, Writable } from 'node:stream';
import type { Command } from 'commander';
import { DialgateClient } from '#client';
import type { ClientSettings, Environment } from '#config';
import { readClientSettings } from '#config';
import type { GlobalOptions } from './options.ts';
import { Output } from './output.ts';

/** What a command is given by the process that it runs in. */
export interface Host {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: NodeJS.WriteStream;
  readonly environment: () => Environment;
  /** Ends the command. */
  readonly signal: AbortSignal;
}

/** What a command works with. */
export interface Context extends Host {
  readonly output: Output;
  /** Whether progress is shown. */
  readonly showsProgress: boolean;
  /** A line for people, beside the result. */
  readonly note: (line: string) => void;
  readonly settings: () => ClientSettings;
  readonly client: () => DialgateClient;
}

/** @param end is told the exit code where it is not 0 */
export type AddCommand = (program: Command, host: Host, end: (code: number) => void) => void;

export function contextOf(host: Host, command: Command): Context {
  const options = command.optsWithGlobals<GlobalOptions>();
  const settings = (): ClientSettings =>
    readClientSettings(host.environment(), {
      ...(options.url === undefined ? {} : { DIALGATE_URL: options.url }),
      ...(options.token === undefined ? {} : { DIALGATE_TOKEN: options.token }),
      ...(options.accessKey === undefined ? {} : { DIALGATE_ACCESS_KEY: options.accessKey }),
      ...(options.secretKey === undefined ? {} : { DIALGATE_SECRET_KEY: options.secretKey }),
    });
  return {
    ...host,
    output: new Output(host.stdout, options.json === true),
    showsProgress: options.quiet !== true,
    note: (line) => void host.stderr.write(`${line}\n`),
    settings,
    client: () => {
      const { url, credentials } = settings();
      return new DialgateClient({ baseUrl: url, credentials });
    },
  };
}
