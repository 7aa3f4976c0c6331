import { EmbeddedError } from './errors.ts';

const REMEDY = 'or use another data folder (DIALGATE_DATA_DIR).';

/**
 * Does something with files of the data folder.
 *
 * @throws EmbeddedError that names the file and what to do, where this user may not use it or it cannot be made there
 */
export async function withFolder<T>(dataDir: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code = '', path = dataDir, syscall } = error as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
      throw new EmbeddedError(
        `This user may not use ${path} (${code}). Run this as the user who owns the data folder, ${REMEDY}`,
        { cause: error },
      );
    }
    if (syscall === 'mkdir') {
      throw new EmbeddedError(`The folder ${path} cannot be made (${code}): make it, ${REMEDY}`, {
        cause: error,
      });
    }
    throw error;
  }
}
