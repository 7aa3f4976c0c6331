/** Sees the bytes of a body, as they were sent, while it is read. */
export interface ByteObserver {
  update?(chunk: Buffer): void;
  /** The body has been read to its end. What it throws comes to the reader, instead of that end. */
  end?(): Promise<void>;
  /** Whether its end is where the sender's signature is proved: until then nobody knows who has sent the body. */
  readonly isProof?: boolean;
}
