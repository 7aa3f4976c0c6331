import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import {
  asksForEncryption,
  asksToCancel,
  FrameReader,
  StatementReader,
} from './postgres-framing.ts';
import type { Frame } from './postgres-framing.ts';
import { wireDelay } from './time.ts';

/** What a client sends before it waits for the server: a Query, or all up to a Sync. */
export interface ProxiedRequest {
  /** 1 for the first connection that the proxy was asked for. */
  readonly connection: number;
  /** 1 for the connection's first request. */
  readonly number: number;
  /** The statements that it runs, mostly one; also those prepared before and run by name. */
  readonly sql: readonly string[];
}

/** What is to become of the connection after a callback: `cut` breaks it. */
export type Outcome = 'cut' | undefined;

/** What stands in a request's way. */
export interface Way {
  before(): Promise<Outcome>;
  /** Undefined: the answer goes straight through. */
  readonly after: (() => Promise<Outcome>) | undefined;
  /** The connection broke first: `after` will not be called. */
  broken(): void;
}

/** What a connection asks the proxy, each time. */
export interface ProxyControl {
  latencyMs(): number;
  /** While this is a promise nothing is forwarded. */
  gate(): Promise<void> | undefined;
  interceptions(request: ProxiedRequest): Way;
  closed(): void;
}

/** The client stops sending when so much is under way to the server. */
const MAX_UNDERWAY = 8 * 1024 * 1024;

// What lets a server answer: only here does a request end. Query, Sync, FunctionCall, Flush.
const ENDS_REQUEST = new Set(['Q', 'S', 'F', 'H']);
const BRINGS_READY_FOR_QUERY = new Set(['Q', 'S', 'F', 'startup']);
// Copy data and its end, passwords, Terminate: belong to no request that could be held back.
const PASSES = new Set(['d', 'c', 'f', 'p', 'X', 'startup']);

/** One client's connection, and the proxy's own to the server for it. */
export class ProxiedConnection {
  private readonly id: number;
  private readonly client: Socket;
  private readonly server: Socket;
  private readonly control: ProxyControl;
  private readonly clientFrames = new FrameReader(true);
  private readonly serverFrames = new FrameReader(false);
  private readonly statements = new StatementReader();
  private request: Frame[] = [];
  private requests = 0;
  /** Requests, and the startup, that the server has not ended by ReadyForQuery. */
  private unanswered = 0;
  private underway = 0;
  private forwarding: Promise<void> = Promise.resolve();
  private answering: Promise<void> = Promise.resolve();
  private held: Buffer[] | undefined;
  private answered: (whole: boolean) => void = () => undefined;

  constructor(id: number, client: Socket, target: URL, control: ProxyControl) {
    this.id = id;
    this.client = client.setNoDelay(true);
    this.control = control;
    this.server = connect({
      host: target.hostname,
      port: Number(target.port === '' ? '5432' : target.port),
      allowHalfOpen: true,
    }).setNoDelay(true);
    client.on('data', (chunk) => {
      this.fromClient(chunk);
    });
    this.server.on('data', (chunk) => {
      this.fromServer(chunk);
    });
    this.endTogether();
  }

  destroy(): void {
    for (const socket of [this.client, this.server]) {
      // Node cannot reset a connection that has said that it sends no more: it would stay open.
      if (socket.writableEnded) {
        socket.destroy();
      } else {
        socket.resetAndDestroy();
      }
    }
    this.answered(false);
  }

  private endTogether(): void {
    // In order: what was sent before the end arrives before it.
    this.client.on('end', () => {
      this.forwarding = this.forwarding.then(() => void this.server.end());
    });
    this.server.on('end', () => {
      this.answering = this.answering.then(() => void this.client.end());
    });
    let open = 2;
    for (const socket of [this.client, this.server]) {
      // An error ends in "close" as well, which is where the other side hears of it.
      socket.on('error', () => undefined);
      socket.on('close', (broken) => {
        if (broken) {
          this.destroy();
        }
        open -= 1;
        if (open === 0) {
          this.answered(false);
          this.control.closed();
        }
      });
    }
  }

  private fromClient(chunk: Buffer): void {
    const due = performance.now() + this.control.latencyMs();
    this.underway += chunk.length;
    if (this.underway > MAX_UNDERWAY) {
      this.client.pause();
    }
    const frames = this.clientFrames.read(chunk);
    this.forwarding = this.forwarding.then(async () => {
      await wireDelay(due);
      for (const frame of frames) {
        await this.forward(frame);
      }
      this.underway -= chunk.length;
      if (this.underway <= MAX_UNDERWAY) {
        this.client.resume();
      }
    });
  }

  private async forward(frame: Frame): Promise<void> {
    if (asksForEncryption(frame)) {
      this.client.write('N');
      return;
    }
    if (PASSES.has(frame.type)) {
      await this.send([frame]);
      return;
    }
    this.request.push(frame);
    if (!ENDS_REQUEST.has(frame.type)) {
      return;
    }
    const frames = this.request;
    this.request = [];
    const sql = frames.map((one) => this.statements.read(one)).filter((text) => text !== undefined);
    if (sql.length === 0) {
      await this.send(frames);
      return;
    }
    this.requests += 1;
    const way = this.control.interceptions({ connection: this.id, number: this.requests, sql });
    if ((await way.before()) === 'cut') {
      this.destroy();
      way.broken();
    } else if (way.after === undefined) {
      await this.send(frames);
    } else if ((await this.sendHoldingAnswer(frames, way, way.after)) === 'cut') {
      this.destroy();
    }
  }

  private async send(frames: readonly Frame[]): Promise<void> {
    await this.control.gate();
    this.unanswered += frames.filter(
      (frame) => BRINGS_READY_FOR_QUERY.has(frame.type) && !asksToCancel(frame),
    ).length;
    for (const { bytes } of frames) {
      this.server.write(bytes);
    }
  }

  /** Keeps all that the server says from the client until the request is worked off and `after` has resolved. */
  private async sendHoldingAnswer(
    frames: readonly Frame[],
    way: Way,
    after: () => Promise<Outcome>,
  ): Promise<Outcome> {
    const whole = new Promise<boolean>((resolve) => {
      this.answered = resolve;
    });
    this.held = [];
    await this.send(frames);
    if (!(await whole)) {
      way.broken();
      return undefined;
    }
    const outcome = await after();
    const answer = Buffer.concat(this.held);
    this.held = undefined;
    if (outcome === undefined) {
      this.answer(answer);
    }
    return outcome;
  }

  private fromServer(chunk: Buffer): void {
    const ready = this.serverFrames.read(chunk).filter(({ type }) => type === 'Z').length;
    this.unanswered -= ready;
    if (this.held === undefined) {
      this.answer(chunk);
      return;
    }
    this.held.push(chunk);
    if (this.unanswered === 0) {
      this.answered(true);
    }
  }

  private answer(bytes: Buffer): void {
    this.answering = this.answering.then(async () => {
      await this.control.gate();
      if (!this.client.write(bytes)) {
        this.server.pause();
        this.client.once('drain', () => this.server.resume());
      }
    });
  }
}
