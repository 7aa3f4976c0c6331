import type { Transaction } from '#persistence';
import type { TestDatabase } from './database.ts';

/** What EXPLAIN tells of a step of a plan, as far as it is of use here. */
export interface Plan {
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly Plans?: readonly Plan[];
}

/** How a statement was carried out; `run` sends one, and is told of no rows. */
export async function planOf(
  database: TestDatabase,
  run: (on: Transaction) => Promise<unknown>,
): Promise<Plan> {
  const plans: Plan[] = [];
  const explaining = {
    query: async ({ text, values }: { text: string; values: unknown[] }) => {
      const [row] = await database.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(
        `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
        values,
      );
      plans.push(...(row?.['QUERY PLAN'] ?? []).map(({ Plan }) => Plan));
      return { rows: [{}], rowCount: 0 };
    },
  };
  await run(explaining as unknown as Transaction);
  const [plan] = plans;
  if (plan === undefined || plans.length > 1) {
    throw new Error(`${plans.length} statements were sent instead of one`);
  }
  return plan;
}

/** A plan's steps, the last one first. */
export function stepsOf(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(stepsOf)];
}
