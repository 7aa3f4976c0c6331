import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { readEnvironment } from '#config';
import { CODE } from '#errors';
import type { Bench } from './servers.ts';

/** Clock ticks a second in /proc, on every Linux that Node runs on. */
const TICKS = 100;

/** API and worker in a process of their own, on a benchmark's servers. */
export interface Service {
  put(path: string, body: object): Promise<void>;
  /**
   * @param token of a key; without one it is the operator's
   * @throws Error unless the answer is a good one, also by its `resultCode`
   */
  post(path: string, body: object, token?: string): Promise<object>;
  /** Sends a body as it is, in chunks. @throws Error unless the answer is a good one */
  stream(path: string, type: string, body: Iterable<Buffer>): Promise<void>;
  /** The memory, in bytes, that the process holds, and the most that it has held. */
  memory(): Promise<{ readonly now: number; readonly most: number }>;
  /** The CPU time, in ms, that the process has used. */
  cpuMs(): Promise<number>;
}

export interface Program {
  readonly child: ChildProcess;
  /** Where it says that it serves. */
  readonly output: Readable;
}

export async function startService({ settings, running }: Bench): Promise<Service> {
  const { child, output } = startProgram('standalone', settings);
  running.add('service', async () => {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
  });
  const url = await urlFrom(output);
  const send = async (
    method: string,
    path: string,
    body: object,
    token = settings.adminToken,
  ): Promise<object> => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(body),
    });
    const told = (await answer.json()) as { resultCode?: string };
    const { resultCode = CODE.SUCCESS } = told;
    if (!answer.ok || resultCode !== CODE.SUCCESS) {
      throw new Error(`${method} ${path} was answered with ${answer.status} ${resultCode}`);
    }
    return told;
  };
  return {
    put: async (path, body) => {
      await send('PUT', path, body);
    },
    post: (path, body, token) => send('POST', path, body, token),
    stream: async (path, type, body) => {
      const answer = await fetch(`${url}${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${settings.adminToken}`, 'content-type': type },
        body: ReadableStream.from(body),
        duplex: 'half',
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`POST ${path} was answered with ${answer.status} ${text}`);
    },
    memory: async () => {
      const status = await readFile(`/proc/${String(child.pid)}/status`, 'utf8');
      const bytes = (name: string): number =>
        Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024;
      return { now: bytes('VmRSS'), most: bytes('VmHWM') };
    },
    cpuMs: async () => {
      // user and system time are the 14th and 15th field; the second, a name in brackets, may hold spaces.
      const stat = await readFile(`/proc/${String(child.pid)}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS;
    },
  };
}

/** One of the programs in a process of its own, on a free port. */
export function startProgram(
  name: 'api' | 'standalone',
  { databaseUrl, adminToken, masterKey }: Bench['settings'],
): Program {
  const main = new URL(`../apps/${name}/src/main.js`, import.meta.url);
  const child = spawn(process.execPath, [main.pathname], {
    env: {
      ...readEnvironment(),
      DATABASE_URL: databaseUrl,
      DIALGATE_ADMIN_TOKEN: adminToken,
      DIALGATE_MASTER_KEY: masterKey.toString('base64'),
      PORT: '0',
      LOG_LEVEL: name === 'api' ? 'info' : 'warn',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // The log of an API is what says where it serves; the other program greets.
  if (name === 'standalone') child.stderr.pipe(process.stderr);
  return { child, output: name === 'api' ? child.stderr : child.stdout };
}

/** What a program says of where it serves. */
export async function urlFrom(output: Readable): Promise<string> {
  for await (const line of createInterface({ input: output })) {
    const url = /serv(?:es|ing) on (http:[\w/.:]+)/i.exec(line)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error('the program ended before it served');
}
