import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsDefined,
  IsOptional,
  IsString,
  ValidateNested,
} from 'class-validator';
import { Instant } from '../http/member-rules.ts';

/** Numbers in one call. */
export const MOST_NUMBERS = 10_000;

export class BlockedNumberMembers {
  @IsDefined()
  @IsString()
  number!: string;

  /** `null` and absent: for ever. */
  @IsOptional()
  @Instant()
  expiresAt?: string | null;
}

export class BlocklistMembers {
  @IsDefined()
  @IsArray()
  @ArrayMaxSize(MOST_NUMBERS, { context: { max: MOST_NUMBERS } })
  @ValidateNested({ each: true })
  @Type(() => BlockedNumberMembers)
  numbers!: BlockedNumberMembers[];
}
