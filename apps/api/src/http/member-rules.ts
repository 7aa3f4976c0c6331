import { applyDecorators } from '@nestjs/common';
import { IsInt, IsString, Matches, Max, MaxLength, Min, ValidateIf } from 'class-validator';

/**
 * Only where the member is there. `null` is no value of a member that cannot be without one; an absent one keeps what it was,
 * or takes its default.
 */
export const IfGiven = (): PropertyDecorator => ValidateIf((_, value) => value !== undefined);

/** A JSON number without a fraction, from `min` to `max`. */
export function WholeNumber(min: number, max: number): PropertyDecorator {
  const context = { min, max };
  return applyDecorators(IsInt(), Min(min, { context }), Max(max, { context }));
}

/** A text of at most `max` characters that Postgres can keep: it cannot keep NUL nor lone surrogates. */
export function Text(max: number): PropertyDecorator {
  return applyDecorators(
    IsString(),
    MaxLength(max, { context: { max } }),
    Matches(/^[^\0\p{Surrogate}]*$/u, { context: { allowed: 'textCharacters' } }),
  );
}
