import { setImmediate as othersTurn } from 'node:timers/promises';
import pLimit from 'p-limit';
import { checkBlocklistBody, checkBlocklistItem, NumberColumns } from '#domain';
import type { BlocklistBody } from '#domain';
import type { Fault } from '#errors';
import { CODE, DomainError } from '#errors';
import type { Blocked, Database, Presence, SourceFormat } from '#persistence';
import { isDatabaseError, lockBlocklist, unblock } from '#persistence';
import { CsvReader } from '../intake/csv-reader.ts';
import { readJson, wholeBody } from '../intake/json-body.ts';
import { NdjsonReader } from '../intake/ndjson-reader.ts';
import { BlocklistImport } from './blocklist-import.ts';
import { NumberSorter } from './number-sorter.ts';
import { KeyedMutex } from './keyed-mutex.ts';

export interface BlocklistSettings {
  /** Items of a body. */
  readonly maxRecords: number;
  /** Of a line, a row or an item. */
  readonly maxLineBytes: number;
}

/** A body as it comes in; it is read as fast as the database takes it. */
export interface BlocklistContent {
  readonly format: SourceFormat;
  readonly body: AsyncIterable<Buffer>;
}

export interface BlocklistChange extends Blocked {
  /** Items that are no number, or not of the right form; they were left out. */
  readonly invalid: number;
}

/** Imports of a process that are merged at a time: each takes a connection, and the database's time, for seconds. */
const MERGES = 2;

/** Items of a JSON body that are sorted in one go; some 2 ms. */
const GO = 2_000;

/** Changes blocklists. Who reads one, an admission above all, waits for none of this. */
export class BlocklistService {
  readonly #database: Database;
  readonly #presence: Presence;
  readonly #settings: BlocklistSettings;
  readonly #onLostStatement: (error: unknown) => void;
  /** By VDN. */
  readonly #mutex = new KeyedMutex<number>();
  readonly #merges = pLimit(MERGES);

  /** @param onLostStatement told of what failed and will be made up for by a sweep: for the log */
  constructor(
    database: Database,
    presence: Presence,
    settings: BlocklistSettings,
    onLostStatement: (error: unknown) => void,
  ) {
    this.#database = database;
    this.#presence = presence;
    this.#settings = settings;
    this.#onLostStatement = onLostStatement;
  }

  /**
   * Blocks the numbers of a body, all at one moment, at its end; those that are there already get the new expiry. If
   * anything goes wrong before, none is blocked.
   *
   * Items that are no number are counted. So are, line by line, those of a wrong form; in a JSON body, which is read whole
   * before anything is done, the first of these refuses it.
   *
   * @param accessKey of the key that they are sent with, which must still be good at the end; null: it is the operator's token
   * @throws DomainError a code for a JSON body that is not of its form; 0200006 that names what is known
   * @throws ProblemError TOO_LARGE; UNAUTHORIZED when its key was revoked or has expired meanwhile; what reading the body throws
   */
  async add(
    vdnId: number,
    accessKey: string | null,
    content: BlocklistContent,
  ): Promise<BlocklistChange> {
    const sorter = new NumberSorter(this.#settings.maxRecords);
    const { receiver } = this.#presence;
    const incoming = new BlocklistImport(this.#database, { vdnId, accessKey, receiver });
    try {
      await this.#read(content, sorter, incoming);
    } catch (error) {
      await this.#discard(incoming);
      throw error;
    }
    const blocked = await this.#mutex.run(vdnId, () => this.#finish(incoming, sorter));
    return { ...blocked, invalid: sorter.invalid };
  }

  /** Takes a number off. False: it was not on it, or its time was over. */
  remove(vdnId: number, number: string): Promise<boolean> {
    return this.#mutex.run(vdnId, () =>
      this.#database.transaction(async (tx) => {
        await lockBlocklist(tx, vdnId);
        return unblock(tx, vdnId, number);
      }),
    );
  }

  async #read(
    { format, body }: BlocklistContent,
    sorter: NumberSorter,
    incoming: BlocklistImport,
  ): Promise<void> {
    if (format === 'json') {
      await this.#readJson(body, sorter);
    } else {
      const { maxLineBytes } = this.#settings;
      const reader =
        format === 'csv'
          ? new CsvReader(sorter, maxLineBytes, (header) => NumberColumns.read(header))
          : new NdjsonReader(sorter, maxLineBytes);
      for await (const chunk of body) {
        await reader.write(chunk);
        for (const part of sorter.full()) await incoming.stage(part);
      }
      await reader.end();
    }
    for (const part of sorter.full()) await incoming.stage(part);
  }

  async #readJson(body: AsyncIterable<Buffer>, sorter: NumberSorter): Promise<void> {
    const { maxRecords: maxItems, maxLineBytes: maxItemBytes } = this.#settings;
    const list = { member: 'numbers', maxItems, maxItemBytes };
    const { value } = await readJson(await wholeBody(body), list);
    throwIfFault(checkBlocklistBody(value));
    for (const [index, item] of (value as BlocklistBody).numbers.entries()) {
      throwIfFault(checkBlocklistItem(item, index));
      sorter.add(item);
      if ((index + 1) % GO === 0) await othersTurn();
    }
  }

  async #finish(incoming: BlocklistImport, sorter: NumberSorter): Promise<Blocked> {
    const finish = (): Promise<Blocked> => incoming.finish(sorter.rest());
    try {
      return await (incoming.isStaged ? this.#merges(finish) : finish());
    } catch (error) {
      // What could be removed has not taken effect; of anything else the commit may have happened, and its answer be lost.
      if ((await this.#discard(incoming)) || !isDatabaseError(error)) throw error;
      const params = { outcome: 'repeatableOutcome' };
      throw new DomainError({ code: CODE.DATABASE_ERROR, params }, { cause: error });
    }
  }

  /** If the database does not answer, a sweep removes what was staged when this process has ended. */
  async #discard(incoming: BlocklistImport): Promise<boolean> {
    try {
      return await incoming.discard();
    } catch (error) {
      this.#onLostStatement(error);
      return false;
    }
  }
}

function throwIfFault(fault: Fault | null): void {
  if (fault !== null) throw new DomainError(fault);
}
