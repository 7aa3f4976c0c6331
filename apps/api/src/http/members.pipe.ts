import type { PipeTransform } from '@nestjs/common';
import type { ClassConstructor } from 'class-transformer';
import { plainToInstance } from 'class-transformer';
import type { ValidationError } from 'class-validator';
import { validateSync } from 'class-validator';
import { isObject } from '#domain';
import type { Code, Params } from '#errors';
import { CODE, DomainError } from '#errors';

const UNKNOWN = { code: CODE.PARAMETER_ERROR, params: { expected: 'knownMember' } } as const;

/** What a failed rule of class-validator means in the interface's codes, with the parameters of its description. */
const RULES: Readonly<Record<string, { code: Code; params?: Params }>> = {
  isString: { code: CODE.WRONG_TYPE, params: { expected: 'string' } },
  isInt: { code: CODE.WRONG_TYPE, params: { expected: 'integer' } },
  isBoolean: { code: CODE.WRONG_TYPE, params: { expected: 'boolean' } },
  isArray: { code: CODE.WRONG_TYPE, params: { expected: 'list' } },
  isDefined: { code: CODE.MISSING },
  arrayMinSize: { code: CODE.MISSING },
  maxLength: { code: CODE.TOO_LONG },
  matches: { code: CODE.INVALID_CHARACTERS },
  min: { code: CODE.WRONG_VALUE },
  max: { code: CODE.WRONG_VALUE },
  isIn: { code: CODE.WRONG_VALUE },
  whitelistValidation: UNKNOWN,
};

/** Members that class-transformer leaves out, so that they would not be told. */
const PASSED_OVER = ['__proto__', 'constructor'];

/**
 * Turns the members of a body into an instance of a class with class-validator's rules, or answers with the first member
 * that breaks one, by its code. Unknown members are refused: on the native face a slip of the pen is told, not passed over.
 */
export class MembersPipe<T extends object> implements PipeTransform<unknown, T> {
  readonly #type: ClassConstructor<T>;

  constructor(type: ClassConstructor<T>) {
    this.#type = type;
  }

  transform(members: unknown): T {
    return this.at('', members);
  }

  /** The same for members that stand at a place of the body. */
  at(outer: string, members: unknown): T {
    if (!isObject(members)) {
      throw new DomainError({
        code: CODE.WRONG_TYPE,
        place: outer || 'body',
        params: { expected: 'object' },
      });
    }
    for (const name of PASSED_OVER) {
      if (!Object.hasOwn(members, name)) continue;
      const place = [outer, name].filter(Boolean).join('.');
      throw new DomainError({ ...UNKNOWN, place });
    }
    const instance = plainToInstance(this.#type, members);
    const [error] = validateSync(instance, { whitelist: true, forbidNonWhitelisted: true });
    if (error !== undefined) throw toDomainError(error, outer);
    return instance;
  }
}

function toDomainError(error: ValidationError, outer: string): DomainError {
  const place = [outer, error.property].filter(Boolean).join('.');
  // What is missing has no type, and a wrong type breaks other rules as well: these are what is to be told.
  const [rule = ''] = Object.keys(error.constraints ?? {}).sort((a, b) => rank(a) - rank(b));
  const { code, params } = RULES[rule] ?? { code: CODE.PARAMETER_ERROR };
  return new DomainError({ code, place, params: { ...params, ...limitsOf(error, rule) } });
}

function rank(rule: string): number {
  if (rule === 'isDefined') return 0;
  return RULES[rule]?.code === CODE.WRONG_TYPE ? 1 : 2;
}

/** The limits that a rule was declared with, from its `context`. */
function limitsOf(error: ValidationError, rule: string): Params {
  return (error.contexts?.[rule] as Params | undefined) ?? {};
}
