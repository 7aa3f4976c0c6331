import type { Fault } from './fault.ts';
import { describe } from './fault.ts';

/** A refusal with a code of the interface, thrown where a return value would not do. */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly fault: Fault;

  constructor(fault: Fault, options?: ErrorOptions) {
    super(describe(fault, 'en_US'), options);
    this.fault = fault;
  }
}
