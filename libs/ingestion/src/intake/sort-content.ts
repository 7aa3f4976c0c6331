import { setImmediate as othersTurn } from 'node:timers/promises';
import type { JsonBody } from '#domain';
import type { SourceFormat } from '#persistence';
import { CsvReader } from './csv-reader.ts';
import { readJson, wholeBody } from './json-body.ts';
import { batchIdOf, requireJsonUpload, sortJsonUpload } from './json-upload.ts';
import { NdjsonReader } from './ndjson-reader.ts';
import type { RecordSorter } from './record-sorter.ts';
import type { Stager } from './stager.ts';

export type UploadContent =
  /** A body as it comes in, which is as fast as the database takes it; one of JSON is read whole first. */
  | { readonly format: SourceFormat; readonly body: AsyncIterable<Buffer> }
  /** A body of JSON that was read and converted already. */
  | { readonly format: 'json'; readonly json: JsonBody };

type LineBody = Extract<UploadContent, { body: unknown }>;

export interface ContentLimits {
  readonly maxRecords: number;
  /** Of a line, a row or an item. */
  readonly maxLineBytes: number;
}

/** What a body says of itself, beside its records. */
export interface OwnNames {
  readonly batchId: string | null;
  /** Of CSV. */
  readonly sourceHeader: string | null;
}

/**
 * Reads, sorts and stages all records; answers with what the content says beside them.
 *
 * @throws DomainError a code for a JSON body that is not of its form
 * @throws ProblemError TOO_LARGE, BROKEN_CONTAINER
 */
export async function sortContent(
  content: UploadContent,
  sorter: RecordSorter,
  stager: Stager,
  limits: ContentLimits,
): Promise<OwnNames> {
  const own =
    content.format === 'json'
      ? await sortJson(
          'json' in content ? content.json : await readUpload(content.body, limits),
          sorter,
          stager,
        )
      : await sortLines(content, sorter, stager, limits);
  await stager.write(sorter.batches(true), sorter.rejected(true));
  return own;
}

async function sortJson(json: JsonBody, sorter: RecordSorter, stager: Stager): Promise<OwnNames> {
  const parts = sortJsonUpload(json, sorter);
  while (parts.next().done !== true) {
    await stager.write(sorter.batches(false), sorter.rejected(false));
    await othersTurn();
  }
  return { batchId: batchIdOf(json), sourceHeader: null };
}

async function readUpload(
  body: AsyncIterable<Buffer>,
  { maxRecords: maxItems, maxLineBytes: maxItemBytes }: ContentLimits,
): Promise<JsonBody> {
  const list = { member: 'callDataList', maxItems, maxItemBytes };
  const json = await readJson(await wholeBody(body), list);
  requireJsonUpload(json.value);
  return json;
}

async function sortLines(
  { format, body }: LineBody,
  sorter: RecordSorter,
  stager: Stager,
  { maxLineBytes }: ContentLimits,
): Promise<OwnNames> {
  const reader =
    format === 'csv' ? new CsvReader(sorter, maxLineBytes) : new NdjsonReader(sorter, maxLineBytes);
  for await (const chunk of body) {
    await reader.write(chunk);
    await stager.write(sorter.batches(false), sorter.rejected(false));
  }
  await reader.end();
  return { batchId: null, sourceHeader: reader instanceof CsvReader ? reader.header : null };
}
