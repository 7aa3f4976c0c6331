import { ArrayMinSize, IsArray, IsDefined, IsIn, IsOptional } from 'class-validator';
import { ROLES } from '#auth';
import type { Role } from '#auth';
import { Instant, Text } from '../http/member-rules.ts';

/** Characters of a key's name. */
export const MAX_NAME = 200;

export class KeyMembers {
  @IsDefined()
  @Text(MAX_NAME)
  name!: string;

  @IsDefined()
  @IsArray()
  @ArrayMinSize(1)
  @IsIn(ROLES, { each: true, context: { allowed: ROLES.join(', ') } })
  roles!: Role[];

  /** `null` and absent: it does not expire. */
  @IsOptional()
  @Instant()
  expiresAt?: string | null;
}
