import { describe, expect, test } from '@jest/globals';
import { readClientSettings } from './client-settings.ts';
import { SettingsError } from './settings-error.ts';

const PAIR = { DIALGATE_ACCESS_KEY: 'AK', DIALGATE_SECRET_KEY: 'SK' };
const pair = { accessKey: 'AK', secretKey: 'SK' };
const url = 'http://127.0.0.1:8080';

describe('the settings of the command-line client', () => {
  test.each([
    ['a token', { DIALGATE_TOKEN: 't' }, {}, { url, credentials: { token: 't' } }],
    ['a pair', PAIR, {}, { url, credentials: pair }],
    ['an empty token', { ...PAIR, DIALGATE_TOKEN: '' }, {}, { url, credentials: pair }],
    [
      'a URL',
      { DIALGATE_URL: 'https://a.example/b', DIALGATE_TOKEN: 't' },
      {},
      { url: 'https://a.example/b', credentials: { token: 't' } },
    ],
    [
      'what was typed',
      { DIALGATE_URL: 'https://a.example', ...PAIR },
      { DIALGATE_URL: 'http://b.example', DIALGATE_TOKEN: 't' },
      { url: 'http://b.example', credentials: { token: 't' } },
    ],
    ['a typed pair before a token', { DIALGATE_TOKEN: 't' }, PAIR, { url, credentials: pair }],
  ])('%s', (_, environment, given, expected) => {
    expect(readClientSettings(environment, given)).toEqual(expected);
  });

  test.each([
    ['nothing', {}, ['DIALGATE_TOKEN']],
    ['half a pair', { DIALGATE_ACCESS_KEY: 'AK' }, ['DIALGATE_SECRET_KEY']],
    ['the other half', { DIALGATE_SECRET_KEY: 'SK' }, ['DIALGATE_ACCESS_KEY']],
    ['both', { ...PAIR, DIALGATE_TOKEN: 't' }, ['DIALGATE_TOKEN']],
    [
      'another scheme, and a token with a blank',
      { DIALGATE_URL: 'ftp://a.example', DIALGATE_TOKEN: 'hidden secret' },
      ['DIALGATE_URL', 'DIALGATE_TOKEN'],
    ],
  ])('%s is refused, without its value', (_, environment, expected) => {
    let caught: unknown;
    try {
      readClientSettings(environment);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(SettingsError);
    const { problems, message } = caught as SettingsError;
    expect(problems.map(({ variable }) => variable)).toEqual(expected);
    expect(message).not.toMatch(/hidden|example/);
  });

  test.each([
    ['a scheme of others', 'ftp://a.example', /begins with http:\/\/ or https:\/\/$/],
    ['a user', 'http://hidden@a.example', /must not have a user or a password/],
    ['a password', 'http://:hidden@a.example', /must not have a user or a password/],
    ['a user and a password', 'http://u:hidden@a.example/b', /must not have a user or a password/],
    ['a query', 'http://a.example/b?hidden=1', /must end with its path/],
    ['a fragment', 'http://a.example#hidden', /must end with its path/],
  ])('a URL with %s is refused by its name', (_, text, remedy) => {
    let caught: unknown;
    try {
      readClientSettings({ DIALGATE_URL: text, DIALGATE_TOKEN: 't' });
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(SettingsError);
    const { problems, message } = caught as SettingsError;
    expect(problems).toEqual([
      { variable: 'DIALGATE_URL', remedy: expect.stringMatching(remedy) as unknown },
    ]);
    expect(message).not.toMatch(/hidden|example/);
  });

  test('half a pair that was typed is not completed by the environment', () => {
    expect(() => readClientSettings(PAIR, { DIALGATE_ACCESS_KEY: 'other' })).toThrow(SettingsError);
  });
});
