import { parse } from 'csv-parse/sync';
import { CsvColumns } from '#domain';

/**
 * What rows are in CSV, for everything that reads it: they end by CRLF, LF or CR, also in one file, and may have any number
 * of fields.
 */
export const CSV_FORM = {
  bom: true,
  record_delimiter: ['\r\n', '\n', '\r'],
  relax_column_count: true,
  skip_empty_lines: true,
};

/** The fields of rows that were read before; each is one row to its end, without the end of its line. */
export function fieldsOf(rows: readonly Uint8Array[]): string[][] {
  const lineEnd = Buffer.from('\n');
  return parse(Buffer.concat(rows.flatMap((row) => [row, lineEnd])), { ...CSV_FORM, bom: false });
}

/** The columns of a header that was read before. */
export function columnsOf(header: string): CsvColumns {
  const [names = []] = parse(header, CSV_FORM);
  const columns = CsvColumns.read(names);
  if ('problem' in columns) throw new Error('a header that was accepted is none');
  return columns;
}
