/**
 * What a source gives, until the signal ends it: also while the source says nothing, which may be for ever.
 *
 * @throws the signal's reason
 */
export async function* whileWanted<T>(
  items: AsyncIterable<T> | Iterable<T>,
  signal: AbortSignal | undefined,
): AsyncGenerator<T, void, undefined> {
  if (signal === undefined) {
    yield* items;
    return;
  }
  const source =
    Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  try {
    for (;;) {
      const next = await unlessAborted(Promise.resolve(source.next()), signal);
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    // Not waited for: a source that says nothing ends when it next says something, perhaps never; nobody wants to know how.
    void Promise.resolve(source.return?.()).catch(() => undefined);
  }
}

/** A listener for each wait, not a race with one promise that would keep all that was raced with it. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    void promise.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', onAbort);
    });
  });
}
