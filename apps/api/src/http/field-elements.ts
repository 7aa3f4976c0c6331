/** Commas and semicolons within quotes separate nothing; a quote that is not closed reaches to the end. */
const ELEMENT = /(?:[^,"]|"(?:[^"\\]|\\.)*"?)+/g;
const PART = /(?:[^;"]|"(?:[^"\\]|\\.)*"?)+/g;

/** The elements of a field that is a list (RFC 9110, 5.6.1), each taken apart at its semicolons: what it is, and its parameters. */
export function fieldElements(field: string): string[][] {
  return (field.match(ELEMENT) ?? []).map((element) =>
    (element.match(PART) ?? []).map((part) => part.trim()),
  );
}
