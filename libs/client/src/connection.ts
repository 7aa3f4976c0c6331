import type { Locale } from '#errors';
import { checkType, readJson } from './answers.ts';
import type { Content } from './content.ts';
import type { ClientCredentials } from './credentials.ts';
import { authorize, isSigning } from './credentials.ts';
import { Deadline } from './deadline.ts';
import { DialgateError, errorOf } from './dialgate-error.ts';
import type { OutgoingBody, SendingProgress } from './outgoing-body.ts';
import { sendContent } from './outgoing-body.ts';
import { requestUrl } from './request-url.ts';
import type { Repetition, RetrySettings } from './retry.ts';
import { delayBefore, isRepeatable, mayHaveTakenEffect } from './retry.ts';
import { spooled } from './spool.ts';
import { pause } from './pause.ts';
import { whileWanted } from './while-wanted.ts';

export interface ConnectionSettings {
  readonly baseUrl: URL;
  readonly credentials: ClientCredentials;
  readonly fetch: typeof fetch;
  readonly locale: Locale;
  readonly retry: RetrySettings;
  /** How long the service may be silent while it is its turn. */
  readonly answerTimeoutMs: number;
}

export type Query = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** A request, and what may be done about its failure. */
export interface Ask {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** From the first slash on, its parts encoded. */
  readonly path: string;
  /** What is null or undefined is left out. */
  readonly query?: Query;
  readonly headers?: Readonly<Record<string, string>>;
  readonly content?: Content;
  readonly onProgress?: ((progress: SendingProgress) => void) | undefined;
  /** Statuses that are no failure. */
  readonly statuses: readonly number[];
  readonly repetition: Repetition;
  /** 1: a failure is the asker's to get over. Default: what the client was told. */
  readonly attempts?: 1;
  readonly idempotencyKey?: string;
  /** How long the service may hold the answer back because it was asked to. */
  readonly heldMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads what is needed of an answer.
 *
 * @param mayBeDone whether an earlier attempt may have taken effect
 */
type Reader<T> = (response: Response, mayBeDone: boolean) => Promise<T>;

type TimedReader<T> = (response: Response, deadline: Deadline, mayBeDone: boolean) => Promise<T>;

/** The way to the service: credentials, failures, repetitions. */
export class Connection {
  readonly #settings: ConnectionSettings;

  constructor(settings: ConnectionSettings) {
    this.#settings = settings;
  }

  /**
   * The answer's JSON.
   *
   * @param member one that every such answer of the service has
   */
  json<T extends object>(ask: Ask, member: keyof T): Promise<T> {
    return this.send(ask, (response) => readJson(response, nameOf(ask), member));
  }

  /** @throws DialgateError; SourceError; the reason of an abort */
  send<T>(ask: Ask, read: Reader<T>): Promise<T> {
    return this.#repeat(ask, async (response, deadline, mayBeDone) => {
      const answer = await read(response, mayBeDone);
      deadline.release();
      return answer;
    });
  }

  /**
   * The bytes of an answer of any length, which has one of these media types. Repeated only up to its head. They have to be
   * read, or left by `break`, so that the connection is free.
   */
  stream(ask: Ask, types: readonly string[]): Promise<AsyncIterable<Uint8Array>> {
    return this.#repeat(ask, async (response, deadline) => {
      await checkType(response, nameOf(ask), types);
      deadline.pause();
      return this.#bytesOf(response, ask, deadline);
    });
  }

  async #repeat<T>(ask: Ask, read: TimedReader<T>): Promise<T> {
    const { credentials } = this.#settings;
    const retry = { ...this.#settings.retry, ...(ask.attempts && { attempts: ask.attempts }) };
    // A signature is made before the body is sent, so that even the first attempt reads it twice.
    const spool =
      ask.content?.replayable === false && isSigning(credentials)
        ? await spooled(ask.content, ask.signal)
        : null;
    const content = spool?.content ?? ask.content;
    try {
      let mayBeDone = false;
      for (let attempt = 1; ; attempt++) {
        const whole = { ...ask, ...(content && { content }) };
        const tried = await this.#try(whole, attempt, (response, deadline) =>
          read(response, deadline, mayBeDone),
        );
        if ('answer' in tried) return tried.answer;
        const { body } = tried;
        mayBeDone ||= mayHaveTakenEffect(tried.error, body?.ended() ?? true);
        const error = mayBeDone ? tried.error.with({ mayHaveTakenEffect: true }) : tried.error;
        if (!isRepeatable(error, ask.repetition)) throw error;
        if (content?.replayable === false && body?.begun()) throw readOnce(error);
        const delay = delayBefore(error.retryAfterSeconds, attempt, retry, Math.random());
        if (delay === null) throw error;
        await pause(delay, ask.signal);
      }
    } finally {
      await spool?.remove();
    }
  }

  async #try<T>(
    ask: Ask,
    attempt: number,
    read: (response: Response, deadline: Deadline) => Promise<T>,
  ): Promise<{ answer: T } | { error: DialgateError; body: OutgoingBody | null }> {
    ask.signal?.throwIfAborted();
    const { content, method } = ask;
    const url = this.#urlOf(ask);
    const headers = await this.#headersOf(ask, url);
    const deadline = new Deadline(this.#settings.answerTimeoutMs + (ask.heldMs ?? 0), ask.signal);
    const body =
      content?.whole === null ? sendContent(content, deadline, attempt, ask.onProgress) : null;
    try {
      deadline.start();
      const response = await this.#settings.fetch(url, {
        method,
        headers,
        body: body?.stream ?? content?.whole ?? null,
        duplex: 'half',
        // What was signed, or holds a token, goes to nobody else.
        ...(body === null ? { redirect: 'manual' } : UNCOPIED),
        signal: deadline.signal,
      });
      if (ask.statuses.includes(response.status)) {
        return { answer: await read(response, deadline) };
      }
      const error = await errorOf(response, nameOf(ask), ask.idempotencyKey ?? null);
      deadline.release();
      return { error, body };
    } catch (error) {
      deadline.release();
      throwIfOurs(body, ask.signal);
      if (error instanceof DialgateError) return { error, body };
      return { error: noAnswer(ask, deadline, error), body };
    } finally {
      // Node's fetch reads a body on to its end although the request was given up.
      body?.stop();
    }
  }

  #urlOf({ path, query = {} }: Ask): URL {
    const url = requestUrl(this.#settings.baseUrl, path);
    for (const [name, value] of Object.entries(query)) {
      if (value !== null && value !== undefined) url.searchParams.append(name, String(value));
    }
    // URLSearchParams writes a blank as a plus, which a signature takes for a plus.
    url.search = url.search.replaceAll('+', '%20');
    return url;
  }

  async #headersOf(ask: Ask, url: URL): Promise<Headers> {
    const { method, content, idempotencyKey } = ask;
    const headers = new Headers({
      locale: this.#settings.locale,
      ...content?.headers,
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      ...ask.headers,
    });
    const body = content === undefined ? [] : whileWanted(content.open(), ask.signal);
    await authorize(this.#settings.credentials, { method, url, headers, body });
    return headers;
  }

  /** The service's time begins anew with each piece that it is asked for; that of whoever reads them is not its own. */
  async *#bytesOf(response: Response, ask: Ask, deadline: Deadline): AsyncGenerator<Uint8Array> {
    if (response.body === null) return;
    // The type of Node's fetch does not say that its body can be iterated.
    const pieces = (response.body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
    try {
      for (;;) {
        deadline.start();
        const next = await pieces.next();
        deadline.pause();
        if (next.done === true) return;
        yield next.value;
      }
    } catch (error) {
      ask.signal?.throwIfAborted();
      throw noAnswer(ask, deadline, error);
    } finally {
      deadline.release();
      await pieces.return?.();
    }
  }
}

const nameOf = ({ method, path }: Ask): string => `${method} ${path}`;

/**
 * Node's fetch keeps a copy of all that it has sent, for redirections and for questions to a user, unless it is told that
 * neither can come (Fetch, 4.6, HTTP-network-or-cache fetch): the memory of a large upload, and a first piece that is read
 * before there is a connection.
 */
const UNCOPIED = { redirect: 'error', window: null } as const;

/** What is no failure of the service: the source's, and the caller's own end. */
function throwIfOurs(body: OutgoingBody | null, signal: AbortSignal | undefined): void {
  signal?.throwIfAborted();
  const failure = body?.failure() ?? null;
  if (failure !== null) throw failure;
}

function noAnswer(ask: Ask, deadline: Deadline, cause: unknown): DialgateError {
  const { idempotencyKey = null } = ask;
  const why = deadline.late ? 'it was silent for too long' : reasonOf(cause);
  if (why === 'unexpected redirect') {
    const title = 'the answer leads elsewhere: does the URL lead to dialgate?';
    return new DialgateError({ kind: 'unexpected', request: nameOf(ask), title }, { cause });
  }
  return new DialgateError(
    {
      kind: 'network',
      request: nameOf(ask),
      title: `the service does not answer (${why})`,
      idempotencyKey,
    },
    { cause },
  );
}

/** Node's code for what happened on the way, in whatever it is wrapped. */
function reasonOf(error: unknown): string {
  const { code, cause, errors, message } = error as {
    code?: unknown;
    cause?: unknown;
    errors?: unknown;
    message?: unknown;
  };
  if (typeof code === 'string') return code;
  if (Array.isArray(errors) && errors.length > 0) return reasonOf(errors[0]);
  if (typeof cause === 'object' && cause !== null) return reasonOf(cause);
  return typeof message === 'string' ? message : 'no reason given';
}

function readOnce(error: DialgateError): DialgateError {
  const { detail, title, idempotencyKey } = error;
  return error.with({
    detail:
      `${detail ?? title}. What was being sent can be read only once, so it was not sent again` +
      (idempotencyKey === null
        ? ''
        : `: send the whole again with the Idempotency-Key ${idempotencyKey}, and it is not accepted twice`),
  });
}
