import { expect, test } from '@jest/globals';
import { readRedisUrl } from './redis-url.ts';

test.each([
  'redis://localhost',
  'redis://localhost/',
  'redis://localhost:6380/15',
  'rediss://user:p,ss%40@redis.example.test:6380/2?family=6',
  'redis://[::1]:6379',
])('%s is one server, as ioredis reads it', (url) => {
  expect(readRedisUrl(url)).toEqual({ kind: 'single', url });
});

test.each([
  [
    'redis://a:7000,redis://b',
    {
      nodes: [
        { host: 'a', port: 7000 },
        { host: 'b', port: 6379 },
      ],
      tls: false,
    },
  ],
  ['redis://a,redis://a', { nodes: Array(2).fill({ host: 'a', port: 6379 }), tls: false }],
  [
    'rediss://u:p%2C@a/,rediss://u:p%2C@[::1]:1',
    {
      nodes: [
        { host: 'a', port: 6379 },
        { host: '::1', port: 1 },
      ],
      username: 'u',
      password: 'p,',
      tls: true,
    },
  ],
])('%s is a Cluster', (url, cluster) => {
  expect(readRedisUrl(url)).toEqual({ kind: 'cluster', ...cluster });
});

test.each([
  [
    'redis-sentinel://a#main',
    { sentinels: [{ host: 'a', port: 26_379 }], name: 'main', database: 0, tls: false },
  ],
  [
    'rediss-sentinel://:p%40@a:1,b,[::1]:3/4?sentinelUsername=w&sentinelPassword=x%20y#my main',
    {
      sentinels: [
        { host: 'a', port: 1 },
        { host: 'b', port: 26_379 },
        { host: '::1', port: 3 },
      ],
      name: 'my main',
      database: 4,
      password: 'p@',
      sentinelUsername: 'w',
      sentinelPassword: 'x y',
      tls: true,
    },
  ],
])('%s are sentinels', (url, sentinel) => {
  expect(readRedisUrl(url)).toEqual({ kind: 'sentinel', ...sentinel });
});

test.each([
  '',
  'localhost:6379',
  'http://localhost',
  'redis://',
  'redis:///0',
  'redis://localhost/abc',
  'redis://localhost/-1',
  'redis://localhost/1/2',
  'redis://localhost/1e1',
  'redis://localhost?db=1',
  'redis://localhost#main',
  'redis://localhost:70000',
  'redis://:p%@localhost',
  'redis://a,b',
  'redis://a/1,redis://b/1',
  'redis://a,redis://b/1',
  'redis://a,rediss://b',
  'redis://:p@a,redis://:q@b',
  'redis://:p@a,redis://b',
  'redis://a?family=6,redis://b',
  'redis://a,redis://b:70000',
  'redis-sentinel://a',
  'redis-sentinel://a#',
  'redis-sentinel://#main',
  'redis-sentinel://a,#main',
  'redis-sentinel://a/x#main',
  'redis-sentinel://a?family=6#main',
  'redis-sentinel://:p%@a#main',
])('%s is none', (url) => {
  expect(readRedisUrl(url)).toBeNull();
});
