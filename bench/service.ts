import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { readEnvironment } from '#config';
import type { Bench } from './servers.ts';

/** Clock ticks a second in /proc, on every Linux that Node runs on. */
const TICKS = 100;

/** API and worker in a process of their own, on a benchmark's servers. */
export interface Service {
  put(path: string, body: object): Promise<void>;
  /** @throws Error unless the answer is a good one, also by its `resultCode` */
  post(path: string, body: object): Promise<void>;
  /** Sends a body as it is, in chunks. @throws Error unless the answer is a good one */
  stream(path: string, type: string, body: Iterable<Buffer>): Promise<void>;
  /** The memory, in bytes, that the process holds, and the most that it has held. */
  memory(): Promise<{ readonly now: number; readonly most: number }>;
  /** The CPU time, in ms, that the process has used. */
  cpuMs(): Promise<number>;
}

export async function startService({ settings, running }: Bench): Promise<Service> {
  const main = new URL('../apps/standalone/src/main.js', import.meta.url);
  const child = spawn(process.execPath, [main.pathname], {
    env: {
      ...readEnvironment(),
      DATABASE_URL: settings.databaseUrl,
      DIALGATE_ADMIN_TOKEN: settings.adminToken,
      DIALGATE_MASTER_KEY: settings.masterKey.toString('base64'),
      PORT: '0',
      LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.add(async () => {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
  });
  const url = await urlFrom(createInterface({ input: child.stdout }));
  const send = async (method: string, path: string, body: object): Promise<void> => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${settings.adminToken}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(body),
    });
    const { resultCode } = (await answer.json()) as { resultCode?: string };
    if (!answer.ok || (resultCode ?? '0200000') !== '0200000') {
      throw new Error(`${method} ${path} was answered with ${answer.status} ${resultCode ?? ''}`);
    }
  };
  return {
    put: (path, body) => send('PUT', path, body),
    post: (path, body) => send('POST', path, body),
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

async function urlFrom(lines: AsyncIterable<string>): Promise<string> {
  for await (const line of lines) {
    const url = /serves on (\S+)/.exec(line)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error('the service ended before it served');
}
