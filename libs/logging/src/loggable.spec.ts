import { describe, expect, test } from '@jest/globals';
import { loggable } from './loggable.ts';

const NUMBER = '13800138000';

describe('an error in the log', () => {
  test('keeps the message of our own errors, and where they come from', () => {
    const logged = loggable(new Error('upload 7 has no batch 1'));
    expect(logged).toMatchObject({ name: 'Error', message: 'upload 7 has no batch 1' });
    expect(logged.at).toContain('loggable.spec.ts');
  });

  test.each<[string, Error]>([
    [
      'Postgres',
      Object.assign(new Error(`Key (number)=(${NUMBER}) already exists`), {
        severity: 'ERROR',
        code: '23505',
        constraint: 'blocklist_pkey',
        detail: NUMBER,
      }),
    ],
    ['Prisma', Object.assign(new Error(NUMBER), { name: 'PrismaClientValidationError' })],
    ['the JSON parser', new SyntaxError(`"${NUMBER}" is not valid JSON`)],
  ])('holds no data quoted by %s', (_, error) => {
    const outer = new Error('staging failed', { cause: error });
    expect(JSON.stringify(loggable(error))).not.toContain(NUMBER);
    expect(JSON.stringify(loggable(outer))).not.toContain(NUMBER);
  });

  test('keeps the codes', () => {
    const error = Object.assign(new Error('x'), {
      severity: 'ERROR',
      code: '23505',
      constraint: 'c',
    });
    expect(loggable(error)).toMatchObject({ code: '23505', constraint: 'c' });
    expect(loggable(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }))).toMatchObject({
      code: 'ECONNREFUSED',
      message: 'connect',
    });
  });

  test('of what is no error, only its type', () => {
    expect(loggable(NUMBER)).toEqual({ name: 'string' });
  });
});
