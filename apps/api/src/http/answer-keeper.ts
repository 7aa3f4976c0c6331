import type { FastifyReply } from 'fastify';
import type { Idempotency } from '#ingestion';
import type { Database } from '#persistence';
import { answeredWithin, isDatabaseError, rememberAnswer } from '#persistence';
import type { Answer } from './answer.ts';
import { give, giveAgain } from './answer.ts';

/** How long, in ms, an answer that is due waits to be kept. */
const PATIENCE_MS = 2_000;

/** Keeps the answers to requests with an Idempotency-Key, so that their repetitions get the same. */
export class AnswerKeeper {
  readonly #database: Database;
  readonly #onLost: (error: unknown) => void;

  /** @param onLost told when an answer could not be kept: for the log */
  constructor(database: Database, onLost: (error: unknown) => void) {
    this.#database = database;
    this.#onLost = onLost;
  }

  /** Gives the answer to a request that took effect; with a key it is kept before. */
  async give<T extends object>(
    reply: FastifyReply,
    idempotency: Idempotency | null,
    uploadId: string,
    answer: Answer<T>,
  ): Promise<T> {
    return give(reply, idempotency === null ? answer : await this.#keep(uploadId, answer));
  }

  /**
   * Gives the answer to a repetition.
   *
   * @param make makes it anew: the first request has not kept it yet, and perhaps its process died before it could
   */
  async repeat(
    reply: FastifyReply,
    uploadId: string,
    kept: object | null,
    make: () => Promise<Answer>,
  ): Promise<object> {
    const answer = kept ?? (await this.#keep(uploadId, await make()));
    return giveAgain(reply, answer as Answer);
  }

  /** What took effect is not answered as a failure because of its answer: a repetition has it made anew. */
  async #keep<T extends object>(uploadId: string, answer: Answer<T>): Promise<Answer<T>> {
    try {
      const keeping = rememberAnswer(this.#database.pool, uploadId, answer);
      return await answeredWithin(PATIENCE_MS, keeping);
    } catch (error) {
      if (!isDatabaseError(error)) throw error;
      this.#onLost(error);
      return answer;
    }
  }
}
