import { lstatSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * What stands where a folder, or one above it, is or would be made, and is no folder: a file, or a link that leads nowhere.
 * Null: nothing does. What cannot be looked at is told by whoever uses the folder.
 *
 * @param path absolute
 */
export function fileInTheWay(path: string): string | null {
  const look = { throwIfNoEntry: false } as const;
  try {
    const there = statSync(path, look);
    if (there !== undefined) return there.isDirectory() ? null : path;
    if (lstatSync(path, look) !== undefined) return path;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOTDIR') return null;
  }
  const parent = dirname(path);
  return parent === path ? null : fileInTheWay(parent);
}
