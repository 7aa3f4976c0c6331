import { Cluster } from 'ioredis';
import type { ClusterNode, ClusterOptions } from 'ioredis';

/** A client of a Cluster that can be ended at any time, as `EndableRedis` can, and for the same reason. */
class EndableCluster extends Cluster {
  override disconnect(reconnect = false): void {
    if (!reconnect && this.status === 'reconnecting') this.status = 'wait';
    super.disconnect(reconnect);
  }
}

/** The same as `SourceRedis` for a Cluster. */
export class SourceCluster extends EndableCluster {
  readonly copies = new Set<Cluster>();
  readonly #nodes: readonly ClusterNode[];

  constructor(nodes: readonly ClusterNode[], options: object) {
    super(Array.from(nodes), options);
    this.#nodes = nodes;
  }

  override duplicate(_nodes?: ClusterNode[], override?: ClusterOptions): Cluster {
    const options: object = { ...this.options, ...override };
    const copy = new EndableCluster(Array.from(this.#nodes), options);
    this.copies.add(copy);
    copy.once('end', () => this.copies.delete(copy));
    return copy;
  }
}
