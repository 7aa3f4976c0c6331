/** The embedded Postgres cannot do its work here; the message says what to do about it. Programs end with `exitCode`. */
export class EmbeddedError extends Error {
  override readonly name: string = 'EmbeddedError';
  readonly exitCode = 1;
}

/** Another process runs the embedded Postgres of this folder. */
export class EmbeddedInUseError extends EmbeddedError {
  override readonly name = 'EmbeddedInUseError';

  constructor(
    readonly folder: string,
    readonly pid: number,
  ) {
    super(
      `The data folder ${folder} is in use by process ${pid}. ` +
        'Stop that process first, or give this one a folder of its own with DIALGATE_DATA_DIR, ' +
        'or a database server with DATABASE_URL.',
    );
  }
}
