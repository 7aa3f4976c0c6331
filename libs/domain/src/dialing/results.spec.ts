import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { afterResult, outcomeOf } from './results.ts';
import { RECORD_STATUSES, RESULTS } from '#wire';
import type { ReportedRecord, Result } from './results.ts';

describe('what a result does to a record', () => {
  test.each([
    ['leased', null, 'completed', 'applied'],
    ['leased', null, 'failed', 'applied'],
    ['leased', null, 'release', 'applied'],
    ['completed', 'completed', 'completed', 'repeated'],
    ['completed', 'completed', 'failed', 'conflict'],
    ['completed', 'completed', 'release', 'conflict'],
    ['failed', 'failed', 'failed', 'repeated'],
    ['failed', 'failed', 'completed', 'conflict'],
    ['failed', 'failed', 'release', 'conflict'],
    ['waiting', 'release', 'release', 'repeated'],
    ['waiting', 'release', 'completed', 'conflict'],
    ['waiting', 'release', 'failed', 'conflict'],
    // Never leased, or its lease has run out.
    ['waiting', null, 'completed', 'conflict'],
    ['waiting', null, 'failed', 'conflict'],
    ['waiting', null, 'release', 'conflict'],
    ['recycled', null, 'completed', 'conflict'],
    // Put back first, and recycled or deleted later.
    ['recycled', 'release', 'release', 'repeated'],
    ['deleted', 'release', 'release', 'repeated'],
    ['deleted', null, 'release', 'conflict'],
    ['deleted', null, 'failed', 'conflict'],
  ] as const)('%s, last result %s: %s is %s', (status, lastResult, result, outcome) => {
    expect(outcomeOf({ status, lastResult }, result)).toBe(outcome);
  });

  const anyResult = fc.constantFrom<Result>(...RESULTS);
  const anyRecord = fc.record<ReportedRecord>({
    status: fc.constantFrom(...RECORD_STATUSES),
    lastResult: fc.option(anyResult),
  });

  test('only a leased record changes, and whatever was applied is repeated when it comes again', () => {
    fc.assert(
      fc.property(anyRecord, anyResult, anyResult, (record, result, other) => {
        const applied = outcomeOf(record, result) === 'applied';
        expect(applied).toBe(record.status === 'leased');
        if (!applied) return;
        const after = afterResult(result);
        expect(outcomeOf(after, result)).toBe('repeated');
        expect(outcomeOf(after, other)).toBe(other === result ? 'repeated' : 'conflict');
      }),
    );
  });

  test('of any results of one lease exactly the first is applied', () => {
    fc.assert(
      fc.property(fc.array(anyResult, { minLength: 1 }), (results) => {
        let record: ReportedRecord = { status: 'leased', lastResult: null };
        const outcomes = results.map((result) => {
          const outcome = outcomeOf(record, result);
          if (outcome === 'applied') record = afterResult(result);
          return outcome;
        });
        const [first, ...others] = outcomes;
        expect(first).toBe('applied');
        expect(others).toEqual(
          results.slice(1).map((result) => (result === results[0] ? 'repeated' : 'conflict')),
        );
      }),
    );
  });
});
