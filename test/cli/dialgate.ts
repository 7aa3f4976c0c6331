import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ClientCredentials } from '#client';
import { appScript } from '../support/apps.ts';
import { startNode } from '../support/process.ts';
import type { Exit, TestProcess } from '../support/process.ts';

/** How a command ended, and what it has written. */
export interface Ended extends Exit {
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** What comes by standard input, which is then closed; without it, it stays open and says nothing. */
  readonly input?: string | Uint8Array;
  readonly cwd?: string;
}

/** The environment of somebody with these credentials. */
export const environmentOf = (
  url: string,
  credentials: ClientCredentials,
): Record<string, string> => ({
  DIALGATE_URL: url,
  ...('token' in credentials
    ? { DIALGATE_TOKEN: credentials.token }
    : {
        DIALGATE_ACCESS_KEY: credentials.accessKey,
        DIALGATE_SECRET_KEY: credentials.secretKey,
      }),
});

/** Starts the built command-line client. */
export function startDialgate(
  args: readonly string[],
  { env = {}, cwd }: RunOptions = {},
): TestProcess {
  return startNode(appScript('cli'), args, {
    name: `dialgate ${args.join(' ')}`,
    env,
    ...(cwd === undefined ? {} : { cwd }),
  });
}

/** Runs it to its end. */
export async function dialgate(
  args: readonly string[],
  { input, ...options }: RunOptions = {},
): Promise<Ended> {
  const process = startDialgate(args, options);
  if (input !== undefined) {
    await pipeline(Readable.from([input]), process.stdin).catch(() => undefined); // It may end before it has read all.
  }
  const exit = await process.ended;
  const stdout = process.stdout();
  return { ...exit, stdout, stderr: process.stderr() };
}

/** Lines of JSON. */
export const linesOf = <T>(text: string): T[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
