/** A number to call: the interface's Table 5. Null counts as absent. */
export interface CalledNumber {
  readonly calledNo: string;
  /** Whole seconds, `"0"` to `"86400"`. */
  readonly delayTime?: string | null | undefined;
  readonly type?: string | null | undefined;
}

/** A record as it is sent: an item of `callDataList`, the interface's Table 4. Null counts as absent. */
export interface CallRecord {
  readonly sessionId?: string | null | undefined;
  readonly called: readonly CalledNumber[];
  readonly caller?: string | null | undefined;
  readonly customField?: string | null | undefined;
  /** `yyyy-mm-dd hh:mm:ss` in the service's time zone. */
  readonly recycleTime?: string | null | undefined;
  readonly callData?: string | null | undefined;
  /** `"1"`, the most urgent, to `"5"`. */
  readonly priority?: string | null | undefined;
}
