import { describe, expect, test } from '@jest/globals';
import type { Database, StagedBatch } from '#persistence';
import { Stager } from './stager.ts';

const batch = (number: number): StagedBatch => ({
  number,
  size: 1,
  payload: Buffer.from('{}'),
  lines: [number],
  priorities: [3],
  recycleAt: [null],
  numbers: ['1'],
  numberPlaces: [0],
});

/** Statements as they reach the database, which answers when it is told to. */
class SlowDatabase {
  readonly begun: number[] = [];
  readonly #open: { resolve: (result: object) => void; reject: (error: Error) => void }[] = [];

  readonly database = {
    pool: {
      query: ({ values }: { values: unknown[] }) => {
        this.begun.push(values[1] as number);
        return new Promise((resolve, reject) => this.#open.push({ resolve, reject }));
      },
    },
  } as unknown as Database;

  answer(): Promise<void> {
    this.#open.shift()?.resolve({ rows: [{ id: 1n }], rowCount: 1 });
    return settled();
  }

  fail(): Promise<void> {
    this.#open.shift()?.reject(new Error('refused'));
    return settled();
  }
}

/** Resolves when everything that can go on has gone on. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('Stager', () => {
  test('writes batches one after the other, in their order', async () => {
    const slow = new SlowDatabase();
    const stager = new Stager(slow.database, 'upload');
    const written = stager.write([batch(1), batch(2), batch(3)], []);
    await settled();
    expect(slow.begun).toEqual([1]);
    await slow.answer();
    expect(slow.begun).toEqual([1, 2]);
    await slow.answer();
    expect(slow.begun).toEqual([1, 2, 3]);
    await written;
    await slow.answer();
    await stager.finish();
  });

  test('lets its caller go on while a batch is written and another waits, and no further', async () => {
    const slow = new SlowDatabase();
    const stager = new Stager(slow.database, 'upload');
    await stager.write([batch(1), batch(2)], []);
    let isHeld = true;
    const third = stager.write([batch(3)], []).then(() => (isHeld = false));
    await settled();
    expect(isHeld).toBe(true);
    await slow.answer();
    await third;
    await slow.answer();
    await slow.answer();
    await stager.finish();
  });

  test('writes nothing more after a failure, and tells of it', async () => {
    const slow = new SlowDatabase();
    const stager = new Stager(slow.database, 'upload');
    await stager.write([batch(1), batch(2)], []);
    await settled();
    await slow.fail();
    expect(slow.begun).toEqual([1]);
    await expect(stager.write([batch(3)], [])).rejects.toThrow('refused');
    await expect(stager.finish()).rejects.toThrow('refused');
  });
});
