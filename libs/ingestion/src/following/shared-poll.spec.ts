import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { SharedPoll } from './shared-poll.ts';

const EVERY_MS = 250;

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

/** A poll, what it was asked for, and what it is to find. */
function made() {
  const asked: string[][] = [];
  const errors: unknown[] = [];
  const found = new Map<string, number>();
  let answer = (): Promise<ReadonlyMap<string, number>> => Promise.resolve(new Map(found));
  const poll = new SharedPoll<number>({
    everyMs: EVERY_MS,
    look: (keys) => {
      asked.push([...keys]);
      return answer();
    },
    onError: (error) => errors.push(error),
  });
  const answerWith = (next: typeof answer): void => {
    answer = next;
  };
  return { poll, asked, errors, found, answerWith };
}

function follower() {
  const seen: (number | undefined | 'stop')[] = [];
  return {
    seen,
    see: (value: number | undefined) => seen.push(value),
    stop: () => seen.push('stop'),
  };
}

const looks = (count: number): Promise<void> => jest.advanceTimersByTimeAsync(count * EVERY_MS);

describe('a shared poll', () => {
  test('looks once for all who follow the same, and for everything at once', async () => {
    const { poll, asked, found } = made();
    found.set('a', 1).set('b', 2);
    const [one, two, three] = [follower(), follower(), follower()];
    poll.follow('a', one);
    poll.follow('a', two);
    poll.follow('b', three);
    await looks(2);
    expect(asked).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    expect([one.seen, two.seen, three.seen]).toEqual([
      [1, 1],
      [1, 1],
      [2, 2],
    ]);
  });

  test('rests while nobody follows anything, and goes on with the next who does', async () => {
    const { poll, asked, found } = made();
    found.set('a', 1);
    await looks(5);
    expect(asked).toEqual([]);
    const end = poll.follow('a', follower());
    await looks(1);
    end();
    await looks(5);
    expect(asked).toHaveLength(1);
    expect(jest.getTimerCount()).toBe(0);
    poll.follow('b', follower());
    await looks(1);
    expect(asked).toEqual([['a'], ['b']]);
  });

  test('does not tell who came in the middle of a look: it may know better', async () => {
    const { poll, asked, answerWith } = made();
    let finish: (found: ReadonlyMap<string, number>) => void = () => undefined;
    answerWith(
      () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
    );
    const [early, late] = [follower(), follower()];
    poll.follow('a', early);
    await looks(1);
    poll.follow('a', late);
    finish(new Map([['a', 1]]));
    await looks(1);
    finish(new Map([['a', 2]]));
    await looks(0);
    expect(asked).toHaveLength(2);
    expect([early.seen, late.seen]).toEqual([[1, 2], [2]]);
  });

  test('says so when something is not there any more', async () => {
    const { poll } = made();
    const one = follower();
    poll.follow('a', one);
    await looks(1);
    expect(one.seen).toEqual([undefined]);
  });

  test('goes on after failures, of which it reports the first in a row', async () => {
    const { poll, errors, found, answerWith } = made();
    found.set('a', 1);
    const one = follower();
    poll.follow('a', one);
    answerWith(() => Promise.reject(new Error('away')));
    await looks(3);
    expect([one.seen, errors]).toEqual([[], [new Error('away')]]);
    answerWith(() => Promise.resolve(found));
    await looks(1);
    answerWith(() => Promise.reject(new Error('away again')));
    await looks(2);
    expect([one.seen, errors]).toEqual([[1], [new Error('away'), new Error('away again')]]);
  });

  test('begins no look before the last has ended', async () => {
    const { poll, asked, answerWith } = made();
    answerWith(() => new Promise(() => undefined));
    poll.follow('a', follower());
    poll.follow('b', follower());
    await looks(20);
    expect(asked).toHaveLength(1);
  });

  test('who has ended hears nothing more, not even of a look under way; the others do', async () => {
    const { poll, answerWith } = made();
    let finish: (found: ReadonlyMap<string, number>) => void = () => undefined;
    answerWith(
      () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
    );
    const [one, two] = [follower(), follower()];
    const end = poll.follow('a', one);
    poll.follow('a', two);
    await looks(1);
    end();
    end();
    finish(new Map([['a', 1]]));
    await looks(0);
    expect([one.seen, two.seen]).toEqual([[], [1]]);
  });

  test('sends everybody home when it is stopped, and who comes later at once', async () => {
    const { poll, asked } = made();
    const [one, two] = [follower(), follower()];
    poll.follow('a', one);
    poll.stop();
    poll.follow('a', two);
    await looks(3);
    expect([one.seen, two.seen, asked]).toEqual([['stop'], ['stop'], []]);
    expect(jest.getTimerCount()).toBe(0);
  });
});
