import { describe, expect, test } from '@jest/globals';
import { waitFor } from './time.ts';

describe('waitFor', () => {
  test('answers what the condition answers, as soon as that is truthy', async () => {
    let asked = 0;
    const answer = await waitFor(
      () => {
        asked += 1;
        return asked === 3 && `asked ${asked} times`;
      },
      { what: 'the third time' },
    );
    expect(answer).toBe('asked 3 times');
  });

  test('asks once more when the time is up, and then says what it waited for', async () => {
    let asked = 0;
    const never = waitFor(() => asked++ < 0, { what: 'the moon', timeoutMs: 0 });
    await expect(never).rejects.toThrow('timed out after 0 ms waiting for the moon');
    expect(asked).toBe(1);
  });

  test('hands on the error of the condition', async () => {
    const failing = waitFor(() => Promise.reject(new Error('broken')), { what: 'anything' });
    await expect(failing).rejects.toThrow('broken');
  });
});
