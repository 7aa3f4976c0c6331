import { expect, test } from '@jest/globals';
import { KeyedMutex } from './keyed-mutex.ts';

/** A work that ends when it is told to, and says when it begins. */
function work(name: string, log: string[]) {
  let end = (): void => undefined;
  let fail = (): void => undefined;
  const done = new Promise<string>((resolve, reject) => {
    end = () => {
      resolve(name);
    };
    fail = () => {
      reject(new Error(name));
    };
  });
  const run = (): Promise<string> => {
    log.push(name);
    return done;
  };
  return { run, end, fail };
}

test('works with one key run one after the other, others beside them', async () => {
  const mutex = new KeyedMutex<number>();
  const log: string[] = [];
  const [a, b, c] = [work('a', log), work('b', log), work('c', log)];
  const [first, second] = [mutex.run(1, a.run), mutex.run(1, b.run)];
  const beside = mutex.run(2, c.run);
  c.end();
  expect(await beside).toBe('c');
  expect(log).toEqual(['a', 'c']);
  a.end();
  expect(await first).toBe('a');
  b.end();
  expect(await second).toBe('b');
  expect(log).toEqual(['a', 'c', 'b']);
});

test('one that fails keeps none of those behind it', async () => {
  const mutex = new KeyedMutex<number>();
  const log: string[] = [];
  const [a, b] = [work('a', log), work('b', log)];
  const [first, second] = [mutex.run(1, a.run), mutex.run(1, b.run)];
  a.fail();
  await expect(first).rejects.toThrow('a');
  b.end();
  expect(await second).toBe('b');
});
