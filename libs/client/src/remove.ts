import type { Connection } from './connection.ts';
import { errorOf } from './dialgate-error.ts';

/**
 * Removes something that comes only once. Repeated when the answer is lost: if it is gone by then, this is what it was
 * asked for.
 *
 * @throws DialgateError with status 404 when it was not there at the first time
 */
export function removeOnce(
  connection: Connection,
  path: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  return connection.send(
    { method: 'DELETE', path, statuses: [204, 404], repetition: 'nothing-more', signal },
    async (response, attempt) => {
      if (response.status === 404 && attempt === 1) {
        throw await errorOf(response, `DELETE ${path}`, null);
      }
      await response.text();
    },
  );
}
