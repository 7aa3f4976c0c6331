/** The name of the one policy: a synchronous admission an interval. */
const POLICY = '"admission"';

/**
 * Says how a campaign's calls are paced, in the fields of draft-ietf-httpapi-ratelimit-headers-10: one admission a window,
 * none left, and when there is one again. Whole seconds, rounded up. Nothing where the campaign has no interval.
 *
 * @param resetMs until the next admission may be
 */
export function rateLimit(intervalMs: number, resetMs: number): Readonly<Record<string, string>> {
  if (intervalMs <= 0) return {};
  return {
    'ratelimit-policy': `${POLICY};q=1;w=${seconds(intervalMs)}`,
    ratelimit: `${POLICY};r=0;t=${seconds(resetMs)}`,
  };
}

function seconds(ms: number): number {
  return Math.ceil(ms / 1000);
}
