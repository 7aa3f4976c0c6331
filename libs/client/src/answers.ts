import { DialgateError } from './dialgate-error.ts';

/** An answer that is not the service's, such as a page that a proxy shows instead. */
export function foreignAnswer(
  request: string,
  status: number | null,
  cause?: unknown,
): DialgateError {
  const title = 'the answer is not one of dialgate: does the URL lead to it?';
  return new DialgateError({ kind: 'unexpected', request, status, title }, { cause });
}

/**
 * An answer's JSON.
 *
 * @param member one that every such answer of the service has, by which it is told from others
 * @throws DialgateError when it is something else
 */
export async function readJson<T extends object>(
  response: Response,
  request: string,
  member: keyof T,
): Promise<T> {
  return parse(await response.text(), request, response.status, member);
}

/** The same of a line of an answer in NDJSON. */
export const readLine = <T extends object>(line: string, request: string, member: keyof T): T =>
  parse(line, request, null, member);

function parse<T extends object>(
  text: string,
  request: string,
  status: number | null,
  member: keyof T,
): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw foreignAnswer(request, status, cause);
  }
  if (typeof value === 'object' && value !== null && member in value) return value as T;
  throw foreignAnswer(request, status);
}

/**
 * That an answer has one of these media types.
 *
 * @throws DialgateError when it has another
 */
export async function checkType(
  response: Response,
  request: string,
  types: readonly string[],
): Promise<void> {
  const [type = ''] = (response.headers.get('content-type') ?? '').split(';');
  if (types.includes(type.trim().toLowerCase())) return;
  await response.body?.cancel();
  throw foreignAnswer(request, response.status);
}
