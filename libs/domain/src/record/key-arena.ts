const CHUNK_BITS = 16;
const CHUNK_BYTES = 1 << CHUNK_BITS;
const MAX_BYTES = 2 ** 32;
const MAX_SESSION_UNITS = 0x3fff;
const MAX_NUMBER_LENGTH = 0xff;
/** Session's offset (4) and number's length (1). */
const PAIR_HEADER = 5;
const WIDE = 0x8000;
const MULTIPLIER = 0x9e3779b1;

/**
 * Keys of session and number, one behind the other in chunks of 64 KiB that never move: growing copies
 * nothing.
 *
 * A session is written once for a record: its length in two bytes, the top bit for text beyond Latin-1,
 * then one byte a code unit, or two. A pair is the session's offset, the number's length, and two
 * digits a byte: 11 bytes for a number of 11 digits. An entry never straddles chunks, and none is at 0.
 *
 * What is written beyond `end` is staged: it stands in a scratch area until kept.
 */
export class KeyArena {
  private readonly chunks: Uint8Array[] = [new Uint8Array(CHUNK_BYTES)];
  private session = '';
  /** Where the open record's session is written; 0 until its first number is kept. */
  private sessionOffset = 0;
  private sessionIsWide = false;
  private readonly staged = new Uint8Array((MAX_NUMBER_LENGTH + 1) / 2);
  private stagedLength = 0;
  private position = 1;

  /** Where the next entry would begin; to be given to {@link cutTo}. */
  get end(): number {
    return this.position;
  }

  get byteLength(): number {
    return this.chunks.length * CHUNK_BYTES;
  }

  /** Begins a record; answers the hash that its numbers' hashes go on from. */
  openSession(session: string, seed: number): number {
    if (session.length > MAX_SESSION_UNITS) throw new RangeError('a session that is too long');
    this.session = session;
    this.sessionOffset = 0;
    let hash = mix(seed, session.length);
    let union = 0;
    for (let at = 0; at < session.length; at++) {
      const unit = session.charCodeAt(at);
      union |= unit;
      hash = mix(hash, unit);
    }
    this.sessionIsWide = union > 0xff;
    return hash;
  }

  /** Packs a number to be looked for and perhaps kept; answers the hash of the pair. */
  stageNumber(number: string, sessionHash: number): number {
    if (number.length > MAX_NUMBER_LENGTH) throw new RangeError('a number that is too long');
    let hash = mix(sessionHash, number.length);
    let byte = 0;
    for (let at = 0; at < number.length; at++) {
      const digit = digitOf(number.charCodeAt(at));
      hash = mix(hash, digit);
      byte = (byte << 4) | digit;
      if ((at & 1) === 1) {
        this.staged[at >>> 1] = byte;
        byte = 0;
      }
    }
    if ((number.length & 1) === 1) this.staged[number.length >>> 1] = byte;
    this.stagedLength = number.length;
    return finish(hash);
  }

  /** Whether the pair at an offset is the open session with the staged number. */
  isStaged(offset: number): boolean {
    const chunk = this.chunkAt(offset);
    const at = offset % CHUNK_BYTES;
    if (chunk[at + 4] !== this.stagedLength) return false;
    const bytes = (this.stagedLength + 1) >>> 1;
    for (let index = 0; index < bytes; index++) {
      if (chunk[at + PAIR_HEADER + index] !== this.staged[index]) return false;
    }
    const sessionOffset = readUint32(chunk, at);
    return sessionOffset === this.sessionOffset || this.isOpenSession(sessionOffset);
  }

  /** Writes the staged pair, and the open session before its first; answers the pair's offset. */
  keepStaged(): number {
    if (this.sessionOffset === 0) this.sessionOffset = this.writeSession();
    const bytes = (this.stagedLength + 1) >>> 1;
    const offset = this.take(PAIR_HEADER + bytes);
    const chunk = this.chunkAt(offset);
    const at = offset % CHUNK_BYTES;
    writeUint32(chunk, at, this.sessionOffset);
    chunk[at + 4] = this.stagedLength;
    for (let index = 0; index < bytes; index++) {
      chunk[at + PAIR_HEADER + index] = this.staged[index] ?? 0;
    }
    return offset;
  }

  /** Forgets every entry from an earlier {@link end} on; the chunks stay for the next ones. */
  cutTo(end: number): void {
    this.position = end;
    this.sessionOffset = 0;
  }

  private writeSession(): number {
    const { session, sessionIsWide } = this;
    const offset = this.take(2 + session.length * (sessionIsWide ? 2 : 1));
    const chunk = this.chunkAt(offset);
    let at = offset % CHUNK_BYTES;
    const header = session.length | (sessionIsWide ? WIDE : 0);
    chunk[at++] = header >>> 8;
    chunk[at++] = header;
    for (let index = 0; index < session.length; index++) {
      const unit = session.charCodeAt(index);
      if (sessionIsWide) chunk[at++] = unit >>> 8;
      chunk[at++] = unit;
    }
    return offset;
  }

  private isOpenSession(offset: number): boolean {
    const { session, sessionIsWide } = this;
    const chunk = this.chunkAt(offset);
    let at = offset % CHUNK_BYTES;
    const header = session.length | (sessionIsWide ? WIDE : 0);
    if (chunk[at++] !== header >>> 8 || chunk[at++] !== (header & 0xff)) return false;
    for (let index = 0; index < session.length; index++) {
      const unit = session.charCodeAt(index);
      if (sessionIsWide && chunk[at++] !== unit >>> 8) return false;
      if (chunk[at++] !== (unit & 0xff)) return false;
    }
    return true;
  }

  private take(bytes: number): number {
    const left = CHUNK_BYTES - (this.position % CHUNK_BYTES);
    const offset = bytes <= left ? this.position : this.position + left;
    if (offset + bytes > MAX_BYTES) throw new RangeError('more keys than 4 GiB');
    if (offset >>> CHUNK_BITS >= this.chunks.length) this.chunks.push(new Uint8Array(CHUNK_BYTES));
    this.position = offset + bytes;
    return offset;
  }

  private chunkAt(offset: number): Uint8Array {
    const chunk = this.chunks[offset >>> CHUNK_BITS];
    if (chunk === undefined) throw new RangeError('no such offset');
    return chunk;
  }
}

/** 0 to 9, 10 for `*`, 11 for `#`. */
function digitOf(unit: number): number {
  if (unit >= 0x30 && unit <= 0x39) return unit - 0x30;
  if (unit === 0x2a) return 10;
  if (unit === 0x23) return 11;
  throw new RangeError('a number of other characters than digits, * and #');
}

function mix(hash: number, value: number): number {
  const mixed = Math.imul(hash ^ value, MULTIPLIER);
  return mixed ^ (mixed >>> 15);
}

/** Spreads every bit over the lowest ones, which choose the place. Unsigned, as the table has it. */
function finish(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

function readUint32(bytes: Uint8Array, at: number): number {
  return (
    (((bytes[at] ?? 0) << 24) |
      ((bytes[at + 1] ?? 0) << 16) |
      ((bytes[at + 2] ?? 0) << 8) |
      (bytes[at + 3] ?? 0)) >>>
    0
  );
}

function writeUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}
