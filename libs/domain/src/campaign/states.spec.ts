import { expect, test } from '@jest/globals';
import { takesNumbers } from './states.ts';
import { CAMPAIGN_STATES } from '#wire';

test('a campaign takes numbers while it runs and while it is paused', () => {
  expect(CAMPAIGN_STATES.filter(takesNumbers)).toEqual(['running', 'paused']);
});
