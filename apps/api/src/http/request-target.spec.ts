import { describe, expect, test } from '@jest/globals';
import { pathAndQuery, routableTarget } from './request-target.ts';

describe('a target', () => {
  test.each([
    ['/v1/uploads?limit=1', '/v1/uploads?limit=1'],
    ['http://localhost:8080/v1/uploads?limit=1', '/v1/uploads?limit=1'],
    ['HTTPS://[::1]:8080/a%2Fb', '/a%2Fb'],
    ['http://localhost', '/'],
    ['http://localhost?a=b', '/?a=b'],
    ['/http://localhost/', '/http://localhost/'],
    ['//localhost/', '//localhost/'],
    ['*', '*'],
  ])('%s has the path and query %s', (target, expected) => {
    expect(pathAndQuery(target)).toBe(expected);
    expect(routableTarget(target)).toBe(expected);
  });

  test.each([
    ['/a%zz', '/a%25zz'],
    ['/%31/%', '/%2531/%25'],
    ['/%ff?b=%ff', '/%25ff?b=%ff'],
    ['http://localhost/%c3', '/%25c3'],
    ['/%c3%bc?a=%zz', '/%c3%bc?a=%zz'],
  ])('%s is routed as %s', (target, expected) => {
    expect(routableTarget(target)).toBe(expected);
  });
});
