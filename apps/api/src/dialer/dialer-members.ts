import { IsDefined, IsIn, IsString } from 'class-validator';
import { RESULTS } from '#wire';
import type { Result } from '#domain';
import type { RecordResult } from '#wire';
import { IfGiven, WholeNumber } from '../http/member-rules.ts';

/** The least and the most of each member, and what it is where it is absent. */
export const LEASE = {
  limit: { min: 1, max: 2_000, otherwise: 100 },
  leaseSeconds: { min: 1, max: 3_600, otherwise: 60 },
} as const;

/** Results in one call. */
export const MOST_RESULTS = 2_000;

export class LeaseMembers {
  @IfGiven()
  @WholeNumber(LEASE.limit.min, LEASE.limit.max)
  limit?: number;

  @IfGiven()
  @WholeNumber(LEASE.leaseSeconds.min, LEASE.leaseSeconds.max)
  leaseSeconds?: number;
}

/** Any text is a data ID here: one that cannot be is the ID of none, and must not hold up the other results. */
export class ResultMembers implements RecordResult {
  @IsDefined()
  @IsString()
  dataId!: string;

  @IsDefined()
  @IsIn(RESULTS, { context: { allowed: RESULTS.join(', ') } })
  result!: Result;
}
