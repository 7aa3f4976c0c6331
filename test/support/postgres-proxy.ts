import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { atEnd } from './lifecycle.ts';
import { ProxiedConnection } from './proxied-connection.ts';
import type { Outcome, ProxiedRequest, Way } from './proxied-connection.ts';

/** Where a callback stands in a request's way. */
export interface Interception {
  /** Which requests count. Default: all. */
  readonly matching?: (request: ProxiedRequest) => boolean;
  /** The how manyeth of those, from 1, counted from now on over all connections. */
  readonly nth: number;
  /**
   * `before`: the server has not seen the request; `after`: the server has worked it off (a COMMIT is committed), and
   * the client has not heard of it.
   */
  readonly when: 'before' | 'after';
  /**
   * The connection stands still until it has resolved. When it answers `cut` the connection is broken then, and a
   * request stopped `before` never gets to the server: killing the client alone would leave it on its way.
   */
  readonly run: (request: ProxiedRequest) => Outcome | Promise<Outcome>;
}

interface Armed extends Interception {
  seen: number;
  readonly fire: (request: ProxiedRequest) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * A TCP proxy between an app and Postgres that knows where one request ends and the next begins: for killing a process
 * between any two steps, for networks that break, hang or are far away. It speaks no TLS, and says so to clients.
 */
export class PostgresProxy {
  /** Added to the way there; the way back is immediate. So it is the round trip that takes so much longer. */
  latencyMs = 0;
  private readonly target: URL;
  private readonly server: Server;
  private readonly connections = new Set<ProxiedConnection>();
  private armed: Armed[] = [];
  private recorded: ProxiedRequest[] | undefined;
  private opened = 0;
  private refusing = false;
  private paused: PromiseWithResolve | undefined;

  private constructor(target: URL) {
    this.target = target;
    this.server = createServer({ allowHalfOpen: true }, (socket) => {
      this.accept(socket);
    });
  }

  /** Starts one for the database that the URL names. It ends with the test file. */
  static async start(databaseUrl: string): Promise<PostgresProxy> {
    const proxy = new PostgresProxy(new URL(databaseUrl));
    proxy.server.listen(0, '127.0.0.1');
    await once(proxy.server, 'listening');
    atEnd(() => proxy.close());
    return proxy;
  }

  /** The database's URL, by way of the proxy. */
  get url(): string {
    const url = new URL(this.target);
    url.host = `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return url.href;
  }

  get openConnections(): number {
    return this.connections.size;
  }

  /**
   * Has `run` called once, at the n-th matching request from now.
   *
   * @returns that request, once `run` has resolved; rejects with what it throws
   */
  intercept(interception: Interception): Promise<ProxiedRequest> {
    return new Promise((fire, fail) => {
      this.armed.push({ ...interception, seen: 0, fire, fail });
    });
  }

  /** Forgets all interceptions that have not happened; their promises stay open. */
  disarm(): void {
    this.armed = [];
  }

  /** Collects all requests from now on into the list that it returns. */
  record(): readonly ProxiedRequest[] {
    this.recorded = [];
    return this.recorded;
  }

  /** Breaks all connections, without a goodbye to either side. */
  cut(): void {
    for (const connection of this.connections) {
      connection.destroy();
    }
  }

  /** The database is away: breaks all connections, and every new one until `heal`. */
  down(): void {
    this.refusing = true;
    this.cut();
  }

  heal(): void {
    this.refusing = false;
  }

  /** Nothing gets through any more in either direction; connections stay open, and can be opened. */
  pause(): void {
    this.paused ??= withResolve();
  }

  resume(): void {
    this.paused?.resolve();
    this.paused = undefined;
  }

  async close(): Promise<void> {
    this.down();
    this.resume();
    if (this.server.listening) {
      await new Promise((resolve) => this.server.close(resolve));
    }
  }

  private accept(socket: Socket): void {
    if (this.refusing) {
      socket.resetAndDestroy();
      return;
    }
    this.opened += 1;
    const connection = new ProxiedConnection(this.opened, socket, this.target, {
      latencyMs: () => this.latencyMs,
      gate: () => this.paused?.promise,
      interceptions: (request) => this.interceptions(request),
      closed: () => this.connections.delete(connection),
    });
    this.connections.add(connection);
  }

  /** What stands in this request's way. Asked exactly once for each, which is how requests are counted. */
  private interceptions(request: ProxiedRequest): Way {
    this.recorded?.push(request);
    const due = this.armed.filter((armed) => {
      if (armed.matching?.(request) === false) {
        return false;
      }
      armed.seen += 1;
      return armed.seen === armed.nth;
    });
    this.armed = this.armed.filter((armed) => !due.includes(armed));
    const of = (when: Armed['when']): Armed[] => due.filter((one) => one.when === when);
    return {
      before: () => runAll(of('before'), request),
      after: of('after').length === 0 ? undefined : () => runAll(of('after'), request),
      broken: () => {
        const error = new Error(
          `The connection broke before the answer to ${request.sql.join('; ')}`,
        );
        due.forEach((armed) => {
          armed.fail(error);
        });
      },
    };
  }
}

async function runAll(due: readonly Armed[], request: ProxiedRequest): Promise<Outcome> {
  let outcome: Outcome;
  for (const armed of due) {
    try {
      outcome = (await armed.run(request)) ?? outcome;
      armed.fire(request);
    } catch (error) {
      armed.fail(error);
    }
  }
  return outcome;
}

interface PromiseWithResolve {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
}

function withResolve(): PromiseWithResolve {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
