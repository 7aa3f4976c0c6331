import { describe, expect, test } from '@jest/globals';
import { DialgateClient } from './client.ts';
import { whileWanted } from './while-wanted.ts';

/** Gives one piece, and then says nothing for ever. */
class Silent implements AsyncIterable<string> {
  asked = 0;
  isEnded = false;
  readonly #onSilence: () => void;

  constructor(onSilence: () => void) {
    this.#onSilence = onSilence;
  }

  [Symbol.asyncIterator](): AsyncIterator<string> {
    return {
      next: () => {
        if (this.asked++ === 0) return Promise.resolve({ done: false, value: '{}\n' });
        this.#onSilence();
        return new Promise(() => undefined);
      },
      return: () => {
        this.isEnded = true;
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }
}

const reason = new Error('enough');

test('a source that says nothing is ended by the signal, with its reason', async () => {
  const controller = new AbortController();
  const source = new Silent(() => {
    controller.abort(reason);
  });
  const seen: string[] = [];
  const reading = async (): Promise<void> => {
    for await (const piece of whileWanted(source, controller.signal)) seen.push(piece);
  };
  await expect(reading()).rejects.toBe(reason);
  expect(seen).toEqual(['{}\n']);
  expect(source.isEnded).toBe(true);
});

test.each([[[]], [['a']], [['a', 'b']]])('without an end it gives all: %j', async (items) => {
  const { signal } = new AbortController();
  const seen: string[] = [];
  for await (const item of whileWanted(items, signal)) seen.push(item);
  expect(seen).toEqual(items);
});

describe('an upload that is to be signed is ended by its signal', () => {
  test.each([
    ['while it is written down', (source: Silent) => ({ bytes: source })],
    ['while it is signed', (source: Silent) => ({ bytes: () => source })],
  ])('%s', async (_, sourceOf) => {
    const controller = new AbortController();
    const source = new Silent(() => {
      controller.abort(reason);
    });
    const client = new DialgateClient({
      baseUrl: 'http://127.0.0.1',
      credentials: { accessKey: 'AK', secretKey: 'SK' },
      fetch: () => Promise.reject(new Error('nothing is to be sent')),
    });
    const sending = client.uploads.send({ vdnId: 1, campaignId: 46 }, sourceOf(source), {
      format: 'ndjson',
      signal: controller.signal,
    });
    await expect(sending).rejects.toBe(reason);
  });
});
