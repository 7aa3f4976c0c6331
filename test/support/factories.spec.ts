import { describe, expect, test } from '@jest/globals';
import { ndjson, record, records } from './factories.ts';
import { Random } from './random.ts';

describe('records', () => {
  const made = records(new Random(1), 500);

  test('are about 240 bytes each', () => {
    const bytes = Buffer.byteLength(ndjson(made)) / made.length;
    expect(bytes).toBeGreaterThan(220);
    expect(bytes).toBeLessThan(260);
  });

  test('share neither number nor session', () => {
    expect(new Set(made.map(({ called }) => called[0]?.calledNo)).size).toBe(made.length);
    expect(new Set(made.map(({ sessionId }) => sessionId)).size).toBe(made.length);
  });

  test('are the same for the same seed, and others for another', () => {
    expect(records(new Random(1), 500)).toEqual(made);
    expect(records(new Random(2), 500)).not.toEqual(made);
  });

  test('take changes', () => {
    expect(record(new Random(1), 0, { priority: '9' }).priority).toBe('9');
  });
});
