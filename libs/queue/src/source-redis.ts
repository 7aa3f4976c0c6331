import { Redis } from 'ioredis';
import type { RedisOptions } from 'ioredis';

/** A connection that can be ended at any time. */
export class EndableRedis extends Redis {
  /**
   * Between two attempts to connect ioredis takes the next one back, and then never says `end`: BullMQ waits for that, and
   * so would everyone who waits for BullMQ. Of a connection that has not been begun ioredis says it; that is what it is told
   * it has.
   */
  override disconnect(reconnect = false): void {
    if (!reconnect && this.status === 'reconnecting') this.status = 'wait';
    super.disconnect(reconnect);
  }
}

/** A connection that knows the further ones that BullMQ makes of it, for they can only be ended one by one. */
export class SourceRedis extends EndableRedis {
  readonly copies = new Set<Redis>();

  override duplicate(override?: Partial<RedisOptions>): Redis {
    const options: object = { ...this.options, ...override };
    const copy = new EndableRedis(options);
    this.copies.add(copy);
    copy.once('end', () => this.copies.delete(copy));
    return copy;
  }
}
