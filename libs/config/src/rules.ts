import { Expose, Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';

/**
 * A decorator for a variable: what its text must be, and what becomes of it.
 *
 * `parse` gets the text as it stands in the environment and returns the value, or undefined when the text is not
 * allowed. Text that is not allowed stays text, which `accepts` then refuses. The message is the remedy alone: no value.
 */
function rule(
  remedy: string | ((text: string) => string),
  parse: (text: string) => unknown,
  accepts: (value: unknown) => boolean,
): PropertyDecorator {
  const transform = Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? (parse(value) ?? value) : value,
  );
  const validate = ValidateBy(
    { name: 'setting', validator: { validate: accepts } },
    { message: typeof remedy === 'string' ? remedy : ({ value }) => remedy(String(value)) },
  );
  const expose = Expose();
  return (target, property) => {
    expose(target, property);
    transform(target, property);
    validate(target, property);
  };
}

/** Text for which `allowed` holds, unchanged. */
export function Text(remedy: string, allowed: (text: string) => boolean): PropertyDecorator {
  return rule(
    remedy,
    (text) => text,
    (value) => typeof value === 'string' && allowed(value),
  );
}

/**
 * A whole number from `min` to `max`, in plain decimal digits: no sign, no leading zero ("08" is a slip of some kind),
 * no exponent ("1e3"), no unit, no blanks. Refusing costs a second; a silently other number may cost a night.
 */
export function WholeNumber(min: number, max: number): PropertyDecorator {
  return rule(
    `must be a whole number from ${min} to ${max}, in digits alone`,
    (text) => (/^(0|[1-9][0-9]{0,15})$/.test(text) ? Number(text) : undefined),
    (value) => typeof value === 'number' && value >= min && value <= max,
  );
}

/** Exactly `true` or `false`, in small letters. */
export function Flag(): PropertyDecorator {
  return rule(
    'must be true or false',
    (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
    (value) => typeof value === 'boolean',
  );
}

/** One of a few words. */
export function OneOf(words: readonly string[]): PropertyDecorator {
  return Text(`must be one of ${words.join(', ')}`, (text) => words.includes(text));
}

/** Text in which `problemOf` finds nothing wrong. What it finds is the remedy. */
export function Checked(problemOf: (text: string) => string | null): PropertyDecorator {
  return rule(
    (text) => problemOf(text) ?? '',
    (text) => text,
    (value) => typeof value === 'string' && problemOf(value) === null,
  );
}

/** A number of bytes in base64, as `openssl rand -base64` prints them. */
export function Base64Bytes(bytes: number): PropertyDecorator {
  return rule(
    `must be ${bytes} bytes in base64 (openssl rand -base64 ${bytes} makes them)`,
    (text) => {
      const decoded = Buffer.from(text, 'base64');
      // Node's decoder skips what it does not know; only text that comes out again as it went in is base64.
      return decoded.toString('base64') === text ? decoded : undefined;
    },
    (value) => Buffer.isBuffer(value) && value.length === bytes,
  );
}
