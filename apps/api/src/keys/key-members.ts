import { ArrayMinSize, IsArray, IsDefined, IsIn, IsOptional } from 'class-validator';
import { ROLES } from '#auth';
import type { Role } from '#auth';

/** Name and expiry are checked by `checkKey`, which `npm run create-key` goes by as well. */
export class KeyMembers {
  @IsOptional()
  name?: unknown;

  @IsDefined()
  @IsArray()
  @ArrayMinSize(1)
  @IsIn(ROLES, { each: true, context: { allowed: ROLES.join(', ') } })
  roles!: Role[];

  @IsOptional()
  expiresAt?: unknown;
}
