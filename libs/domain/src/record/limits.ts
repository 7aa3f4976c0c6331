/** What a campaign says about the form of its records. */
export interface RecordLimits {
  /** Most numbers in `called`, 1 to 100. */
  readonly maxNumbersPerRecord: number;
  /** Fewest characters of a `calledNo`, 1 to 24. */
  readonly minNumberLength: number;
  /** Whether every number must have a `type`. */
  readonly requireNumberType: boolean;
  /** Whether a `callData` that is present must be a JSON text. */
  readonly requireJsonCallData: boolean;
}

/** What holds where a campaign says nothing, and where there is no such campaign. */
export const DEFAULT_RECORD_LIMITS: RecordLimits = {
  maxNumbersPerRecord: 10,
  minNumberLength: 1,
  requireNumberType: false,
  requireJsonCallData: false,
};
