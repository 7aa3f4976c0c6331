import { IsDefined, IsIn, IsString, ValidateBy, ValidateIf } from 'class-validator';
import { isDataId, RESULTS } from '#domain';
import type { Result } from '#domain';
import { WholeNumber } from '../http/member-rules.ts';

const IfGiven = (): PropertyDecorator => ValidateIf((_, value) => value !== undefined);

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

export class ResultMembers {
  @IsDefined()
  @IsString()
  @ValidateBy({
    name: 'isDataId',
    validator: { validate: (value) => typeof value === 'string' && isDataId(value) },
  })
  dataId!: string;

  @IsDefined()
  @IsIn(RESULTS, { context: { allowed: RESULTS.join(', ') } })
  result!: Result;
}
