/**
 * The frames of PostgreSQL's protocol 3 (the manual's chapters "Message Flow" and "Message Formats"): a type byte and a
 * length that counts itself but not the type; the client's first messages have no type.
 */
export interface Frame {
  /** The type byte as a character; `startup` for the client's first messages. */
  readonly type: string;
  /** The whole frame, as it came. */
  readonly bytes: Buffer;
}

/** Cuts what one side sends into frames, however the bytes arrive. */
export class FrameReader {
  private rest: Buffer = Buffer.alloc(0);
  private untyped: boolean;

  /** @param firstIsUntyped true for the client's side: type bytes begin after its startup message */
  constructor(firstIsUntyped: boolean) {
    this.untyped = firstIsUntyped;
  }

  /** The frames that are complete with this chunk. */
  read(chunk: Buffer): Frame[] {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    const frames: Frame[] = [];
    for (;;) {
      const typeBytes = this.untyped ? 0 : 1;
      if (this.rest.length < typeBytes + 4) {
        return frames;
      }
      const length = typeBytes + this.rest.readInt32BE(typeBytes);
      if (this.rest.length < length) {
        return frames;
      }
      const bytes = this.rest.subarray(0, length);
      frames.push({ type: this.untyped ? 'startup' : String.fromCharCode(bytes[0] ?? 0), bytes });
      this.rest = this.rest.subarray(length);
      // Asking for encryption, or for a statement to be cancelled, is not the start of a session yet.
      this.untyped = this.untyped && isNegotiation(bytes);
    }
  }
}

const CANCEL_REQUEST = 80_877_102;
const SSL_REQUEST = 80_877_103;
const GSS_REQUEST = 80_877_104;

const startupCode = (bytes: Buffer): number => bytes.readInt32BE(4);

const isNegotiation = (bytes: Buffer): boolean =>
  [CANCEL_REQUEST, SSL_REQUEST, GSS_REQUEST].includes(startupCode(bytes));

/** Whether a first message asks for encryption, which the other side answers by a single byte. */
export const asksForEncryption = ({ type, bytes }: Frame): boolean =>
  type === 'startup' && [SSL_REQUEST, GSS_REQUEST].includes(startupCode(bytes));

export const asksToCancel = ({ type, bytes }: Frame): boolean =>
  type === 'startup' && startupCode(bytes) === CANCEL_REQUEST;

/** Finds the SQL texts in a client's frames; keeps those of named prepared statements, which later frames refer to. */
export class StatementReader {
  private readonly named = new Map<string, string>();

  /** The statement that this frame has run (Query, Bind), or undefined. */
  read({ type, bytes }: Frame): string | undefined {
    switch (type) {
      case 'Q':
        return zeroTerminated(bytes, 5).text;
      case 'P': {
        const name = zeroTerminated(bytes, 5);
        this.named.set(name.text, zeroTerminated(bytes, name.end).text);
        return undefined;
      }
      case 'B': {
        const portal = zeroTerminated(bytes, 5);
        return this.named.get(zeroTerminated(bytes, portal.end).text);
      }
      default:
        return undefined;
    }
  }
}

function zeroTerminated(bytes: Buffer, start: number): { text: string; end: number } {
  const zero = bytes.indexOf(0, start);
  return { text: bytes.toString('utf8', start, zero), end: zero + 1 };
}
