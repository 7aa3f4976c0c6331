import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SealError, SecretBox } from './secret-box.ts';

const box = new SecretBox(Buffer.alloc(32, 7));

test('opens what it sealed, and so does another with the same master key', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: 'grapheme' }),
      (secret, accessKey) => {
        const sealed = box.seal(secret, accessKey);
        expect(new SecretBox(Buffer.alloc(32, 7)).open(sealed, accessKey)).toBe(secret);
      },
    ),
  );
});

test('seals the same secret into other bytes each time, and shows none of it', () => {
  const first = box.seal('a secret key', 'key');
  expect(first.equals(box.seal('a secret key', 'key'))).toBe(false);
  expect(first.includes('secret')).toBe(false);
  expect(first).toHaveLength('a secret key'.length + 29);
});

describe('refuses', () => {
  const sealed = box.seal('a secret key', 'key');

  test('another master key, with a reason that helps and without its value', () => {
    const open = () => new SecretBox(Buffer.alloc(32, 8)).open(sealed, 'key');
    expect(open).toThrow(SealError);
    expect(open).toThrow('DIALGATE_MASTER_KEY is not the one that it was stored under');
  });

  test('another access key', () => {
    expect(() => box.open(sealed, 'kez')).toThrow(SealError);
  });

  test('any byte changed', () => {
    for (let at = 0; at < sealed.length; at++) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => box.open(changed, 'key')).toThrow(SealError);
    }
  });

  test('less than all', () => {
    for (let length = 0; length < sealed.length; length++) {
      expect(() => box.open(sealed.subarray(0, length), 'key')).toThrow(SealError);
    }
  });
});
