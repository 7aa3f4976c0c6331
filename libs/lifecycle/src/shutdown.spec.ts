import { expect, test } from '@jest/globals';
import { EventEmitter } from 'node:events';
import { onShutdownSignals } from './shutdown.ts';
import type { ShutdownHost } from './shutdown.ts';

const NEVER = (): Promise<void> => new Promise(() => undefined);

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}

/** A program that listens to signals, in a process and a time of the test's own. */
function program(
  stop: (signal: NodeJS.Signals, cut: Promise<void>) => Promise<void>,
  left: readonly string[] = [],
) {
  const ended = withResolvers();
  const lines: string[] = [];
  const errors: object[] = [];
  const codes: number[] = [];
  const alarms: { at: number; then: () => void }[] = [];
  const time = { ms: 5_000 };
  const process = Object.assign(new EventEmitter(), {
    exit: (code: number) => void codes.push(code),
  });
  const host: ShutdownHost = {
    process,
    now: () => time.ms,
    after: (ms, then) => void alarms.push({ at: time.ms + ms, then }),
  };
  const log = {
    info: (message: string) => void lines.push(message),
    error: (details: object, message: string) => {
      errors.push(details);
      lines.push(message);
    },
  };
  let cuts = 0;
  const cut = (): void => {
    cuts += 1;
    ended.resolve();
  };
  onShutdownSignals(
    { stop: (by) => stop(by, ended.promise), cut, left },
    { seconds: 20, log },
    host,
  );
  return {
    cuts: () => cuts,
    lines,
    errors,
    codes,
    send: (signal: NodeJS.Signals) => process.emit(signal, signal),
    pass: (ms: number) => {
      time.ms += ms;
      for (const { at, then } of alarms) if (at === time.ms) then();
    },
    /** Lets what has been decided be heard of. */
    settled: () => new Promise(setImmediate),
  };
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s stops the program, which ends with 0',
  async (signal) => {
    const stoppedBy: string[] = [];
    const { send, settled, codes, lines } = program((by) =>
      Promise.resolve(void stoppedBy.push(by)),
    );
    send(signal);
    await settled();
    expect(stoppedBy).toEqual([signal]);
    expect(codes).toEqual([0]);
    expect(lines).toEqual([`${signal}: stopping`, 'Stopped']);
  },
);

test('a stop that fails ends with 1, and says why', async () => {
  const failure = new Error('x');
  const { send, settled, codes, errors } = program(() => Promise.reject(failure));
  send('SIGTERM');
  await settled();
  expect(codes).toEqual([1]);
  expect(errors).toEqual([{ err: failure }]);
});

test('a stop that takes too long has what it waits for broken off, and ends with 0', async () => {
  const stop = (_by: unknown, cut: Promise<void>): Promise<void> => cut;
  const { send, pass, settled, cuts, codes, lines, errors } = program(stop, ['API', 'servers']);
  send('SIGTERM');
  pass(19_999);
  expect(cuts()).toBe(0);
  pass(1);
  expect(lines.at(-1)).toBe(
    'Not stopped after 20 s: breaking off what is waited for. Left: API, servers',
  );
  expect(errors).toEqual([{ left: ['API', 'servers'] }]);
  await settled();
  expect(codes).toEqual([0]);
});

test('a stop that does not end then either is cut off with 1, and what was left is named', () => {
  const { send, pass, cuts, codes, lines } = program(NEVER, ['API', 'servers']);
  send('SIGTERM');
  pass(20_000);
  pass(7_999);
  expect(codes).toEqual([]);
  pass(1);
  expect(codes).toEqual([1]);
  expect(cuts()).toBe(1);
  expect(lines.at(-1)).toBe('Not stopped 8 s later: ending at once. Left: API, servers');
});

test('signals within a second are one; a later one ends at once, with 1', () => {
  let stops = 0;
  const { send, pass, codes, lines } = program(() => {
    stops += 1;
    return NEVER();
  });
  send('SIGINT');
  send('SIGTERM');
  pass(999);
  send('SIGINT');
  expect({ codes, stops }).toEqual({ codes: [], stops: 1 });
  pass(1);
  send('SIGINT');
  expect({ codes, stops }).toEqual({ codes: [1], stops: 1 });
  expect(lines).toEqual(['SIGINT: stopping', 'SIGINT again: ending at once']);
});
