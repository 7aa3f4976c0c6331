import { withoutMembers } from '#domain';

/**
 * A record as it was sent, a JSON text, with members of ours behind its own. The text itself is kept: converted and written
 * anew, large numbers would lose digits. What the sender called as we do is left out, since not every reader takes the last of
 * two members with one name. Never an empty object: each record has numbers.
 */
export function withMembers(source: string, members: Readonly<Record<string, unknown>>): string {
  const text = withoutMembers(source, new Set(Object.keys(members)));
  const open = text.trimEnd().slice(0, -1);
  return `${open},${JSON.stringify(members).slice(1)}`;
}
