/** The lines of a text that comes in pieces, without their ends. A last line that is not ended is one as well. */
export async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  // Pieces of a line that is not ended yet: joined once, however many they are.
  let begun: string[] = [];
  for await (const chunk of bytes) {
    const [first = '', ...lines] = decoder.decode(chunk, { stream: true }).split('\n');
    begun.push(first);
    for (const line of lines) {
      yield begun.join('');
      begun = [line];
    }
  }
  begun.push(decoder.decode());
  const last = begun.join('');
  if (last !== '') yield last;
}
