import pg from 'pg';
import type { Queryable } from '../database.ts';

/** BIGINT columns arrive as bigint; node-postgres would make strings of them. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    oid === pg.types.builtins.INT8 && format !== 'binary'
      ? BigInt
      : (pg.types.getTypeParser(oid, format) as unknown),
};

export interface StatementOptions {
  /**
   * How long, in ms, an answer is waited for, where that is not as long as for all others (ANSWER_MS). Without one the
   * connection is closed, and the pool makes another. The server is not told: a statement that is a transaction of its own
   * goes on there, so that one which takes too long has its effect all the same; a longer transaction is undone.
   */
  readonly timeoutMs?: number;
}

/**
 * A statement with a name, so that Postgres parses and plans it once a connection and it can be told apart in
 * pg_prepared_statements; the names are those of the files in this folder.
 */
export class Statement<Row extends pg.QueryResultRow = never> {
  readonly #name: string;
  readonly #text: string;
  readonly #timeout: Pick<pg.ClientConfig, 'query_timeout'>;

  constructor(name: string, text: string, { timeoutMs }: StatementOptions = {}) {
    this.#name = name;
    this.#text = text;
    this.#timeout = timeoutMs === undefined ? {} : { query_timeout: timeoutMs };
  }

  async rows(on: Queryable, values: readonly unknown[]): Promise<Row[]> {
    return (await this.#run(on, values)).rows;
  }

  /** The row, or undefined where the statement found none. */
  async row(on: Queryable, values: readonly unknown[]): Promise<Row | undefined> {
    return (await this.rows(on, values))[0];
  }

  /** How many rows the statement changed. */
  async count(on: Queryable, values: readonly unknown[]): Promise<number> {
    return (await this.#run(on, values)).rowCount ?? 0;
  }

  #run(on: Queryable, values: readonly unknown[]): Promise<pg.QueryResult<Row>> {
    return on.query<Row>({
      name: this.#name,
      text: this.#text,
      values: [...values],
      types,
      ...this.#timeout,
    });
  }
}
