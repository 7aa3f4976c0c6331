import { expect, test } from '@jest/globals';
import { CAMPAIGN_STATES, takesNumbers } from './states.ts';

test('a campaign takes numbers while it runs and while it is paused', () => {
  expect(CAMPAIGN_STATES.filter(takesNumbers)).toEqual(['running', 'paused']);
});
