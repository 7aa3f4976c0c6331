import type { UploadCounts, UploadState } from './states.ts';

/**
 * What is different whenever an upload's state or one of its counts is, and the same as long as they are: what followers
 * compare. Opaque to them, and free of characters that an entity tag or an event's ID must not have.
 */
export function versionOf(upload: UploadCounts & { readonly state: UploadState }): string {
  const { state, received, accepted, invalid, duplicate, blocklisted, refused, dropped } = upload;
  return [state, received, accepted, invalid, duplicate, blocklisted, refused, dropped].join('-');
}
