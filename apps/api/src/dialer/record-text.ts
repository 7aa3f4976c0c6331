/**
 * A record as it was sent, a JSON text, with members of ours behind its own. The text itself is kept: converted and written
 * anew, large numbers would lose digits. Of a member that is there twice the last counts, so ours win.
 */
export function withMembers(source: string, members: Readonly<Record<string, unknown>>): string {
  const open = source.trimEnd().slice(0, -1);
  return `${open},${JSON.stringify(members).slice(1)}`;
}
