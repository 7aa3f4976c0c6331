import type { Fault, Locale } from '#errors';
import { CODE, describe, REGISTRY } from '#errors';

/** The body of every answer of the compatible face (the interface's Table 6): the pair of code and description twice. */
export interface Envelope<T> {
  readonly returnCode: string;
  readonly returnObject?: T;
  readonly resultCode: string;
  readonly resultDesc: string;
  readonly returnDesc: string;
}

/** Success reads the same in every language. */
export function success<T>(returnObject: T): Envelope<T> {
  const description = REGISTRY.SUCCESS.text.en_US;
  return {
    returnCode: CODE.SUCCESS,
    returnObject,
    resultCode: CODE.SUCCESS,
    resultDesc: description,
    returnDesc: description,
  };
}

export function refusal(fault: Fault, locale: Locale): Envelope<never> {
  const description = describe(fault, locale);
  return {
    returnCode: fault.code,
    resultCode: fault.code,
    resultDesc: description,
    returnDesc: description,
  };
}
