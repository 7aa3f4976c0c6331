/** The envelope of the compatible call: the interface's Tables 6 and 7. */
export interface CallEnvelope {
  readonly resultCode: string;
  readonly resultDesc: string;
  readonly returnCode: string;
  readonly returnDesc: string;
  readonly returnObject?: AdmittedCall;
}

export interface AdmittedCall {
  /** Records of the campaign that still have to be called, these included. */
  readonly totalSize: number;
  /** One for each record, in the order sent. */
  readonly dataIdList: readonly { readonly called: string; readonly dataId: string }[];
}
