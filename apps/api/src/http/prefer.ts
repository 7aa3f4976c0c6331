import type { FastifyRequest } from 'fastify';
import { fieldElements } from './field-elements.ts';

/** The longest, in seconds, that an answer is held back; a longer wish counts as this one. */
export const MAX_WAIT_SECONDS = 60;

/** Whether a request asks for an answer before the work is done (RFC 7240, 4.1). */
export function prefersAsync({ headers }: FastifyRequest): boolean {
  return parsePreferences(headers.prefer).has('respond-async');
}

/**
 * How many seconds a request would wait for an answer (RFC 7240, 4.3), 60 at most; null where it does not say, or says it in
 * a way that is no number of seconds: a preference that cannot be followed is passed over (RFC 7240, 2).
 */
export function preferredWait({ headers }: FastifyRequest): number | null {
  const seconds = parsePreferences(headers.prefer).get('wait') ?? '';
  return /^\d+$/.test(seconds) ? Math.min(Number(seconds), MAX_WAIT_SECONDS) : null;
}

/**
 * The preferences of a request by their names, in lower case, with their values, which may be empty. Parameters are left
 * out, for none is known. Of a preference that is given twice the first counts (RFC 7240, 2).
 */
export function parsePreferences(
  header: string | readonly string[] | undefined,
): ReadonlyMap<string, string> {
  const preferences = new Map<string, string>();
  for (const [text = ''] of fieldElements([header ?? []].flat().join(','))) {
    const [name = '', ...rest] = text.split('=');
    const key = name.trim().toLowerCase();
    if (!preferences.has(key)) preferences.set(key, unquoted(rest.join('=').trim()));
  }
  return preferences;
}

function unquoted(word: string): string {
  return /^".*"$/.test(word) ? word.slice(1, -1).replaceAll(/\\(.)/g, '$1') : word;
}
