import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { Newest } from './newest.ts';

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

test('who is slow finds the newest value, once', async () => {
  const values = new Newest<number>();
  for (let value = 1; value <= 1_000; value += 1) values.put(value);
  expect(await values.take(100)).toBe(1_000);
  const next = values.take(100);
  await jest.advanceTimersByTimeAsync(100);
  expect(await next).toBeUndefined();
});

test('who waits gets the next value at once', async () => {
  const values = new Newest<string>();
  const next = values.take(60_000);
  values.put('a');
  values.put('b');
  expect(await next).toBe('b');
  expect(jest.getTimerCount()).toBe(0);
});

test('the end lets go who waits, and nothing comes after it', async () => {
  const values = new Newest<string>();
  const next = values.take(60_000);
  values.end();
  expect(await next).toBeUndefined();
  values.put('late');
  expect(await values.take(60_000)).toBeUndefined();
  expect(values.hasEnded).toBe(true);
  expect(jest.getTimerCount()).toBe(0);
});

test('a pause lasts, whatever comes but the end', async () => {
  const values = new Newest<string>();
  let over = false;
  const pause = values.pause(1_000).then(() => {
    over = true;
  });
  values.put('a');
  await jest.advanceTimersByTimeAsync(999);
  expect(over).toBe(false);
  await jest.advanceTimersByTimeAsync(1);
  await pause;
  const another = values.pause(60_000);
  values.end();
  await another;
  await values.pause(60_000);
  expect(jest.getTimerCount()).toBe(0);
});
