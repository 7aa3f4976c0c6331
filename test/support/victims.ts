import { startApp } from './apps.ts';
import type { Servers } from './backends.ts';
import { PostgresProxy } from './postgres-proxy.ts';
import type { Interception } from './postgres-proxy.ts';

/** The steps of an admission, each a request to Postgres, by a part of its text that no other step has. */
export const STEPS = {
  batch: [
    'BEGIN',
    'ORDER BY queue_number',
    'max_incomplete AS "maxIncomplete"',
    'FROM blocklist l',
    'INSERT INTO records',
    'COMMIT',
  ],
  call: [
    'BEGIN',
    `mode = 'sync' AND state = 'receiving' AND fault IS NULL`,
    'FROM blocklist l',
    'INSERT INTO records',
    'COMMIT',
  ],
} as const;

type Steps = (typeof STEPS)[keyof typeof STEPS];

export interface Point {
  readonly step: number;
  /** `before`: the server never sees the step; `after`: it has worked it off, and the worker has not heard of it. */
  readonly when: 'before' | 'after';
}

/** All the points at which a worker can die in such an admission. */
export function pointsOf(steps: Steps): Point[] {
  return steps.flatMap((_, step) => [
    { step, when: 'before' },
    { step, when: 'after' },
  ]);
}

const NOWHERE = Number.NaN;

/** Says of a request whether it is this step of an admission: all the steps before it went ahead, and no others. */
function atStep(steps: Steps, step: number): Required<Interception>['matching'] {
  const reached = new Map<number, number>();
  return ({ connection, sql }) => {
    const text = sql.join(';');
    const next = text === 'BEGIN' ? 0 : (reached.get(connection) ?? NOWHERE) + 1;
    const expected = steps[next];
    const here = expected !== undefined && text.includes(expected) ? next : NOWHERE;
    reached.set(connection, here);
    return here === step;
  };
}

/**
 * Starts a worker that is killed by SIGKILL, and its connections with it, at this point of the first admission of that
 * kind in which it gets there.
 */
export async function startVictim(
  servers: Servers,
  steps: Steps,
  { step, when }: Point,
): Promise<{ readonly killed: Promise<unknown> }> {
  const proxy = await PostgresProxy.start(servers.database.url);
  const env = { ...servers.env, DATABASE_URL: proxy.url };
  const { process } = await startApp('worker', env, `victim ${when} ${steps[step] ?? ''}`);
  const killed = proxy.intercept({
    matching: atStep(steps, step),
    nth: 1,
    when,
    run: async () => {
      await process.kill();
      return 'cut' as const;
    },
  });
  return { killed };
}
