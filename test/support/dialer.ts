import type { ApiClient, Answer } from './api-client.ts';

export interface Leased {
  readonly dataId: string;
  readonly leasedUntil: string;
  readonly priority?: string;
  readonly [member: string]: unknown;
}

export interface Report {
  readonly dataId: string;
  readonly result: 'completed' | 'failed' | 'release';
}

/** Leases records, whatever is answered. */
export const sendLease = (
  client: ApiClient,
  vdn: number,
  campaign: number,
  members: unknown,
): Promise<Answer<{ items: Leased[] }>> =>
  client.send('POST', `/v1/vdns/${vdn}/campaigns/${campaign}/leases`, { json: members });

/** Leases the next records. */
export async function lease(
  client: ApiClient,
  vdn: number,
  campaign: number,
  members: { limit?: number; leaseSeconds?: number } = {},
): Promise<Leased[]> {
  const answer = await sendLease(client, vdn, campaign, members);
  if (answer.status !== 200) throw new Error(`answered ${answer.status}: ${answer.text}`);
  return answer.json().items;
}

/** Reports results; what came of each, in their order. */
export async function report(
  client: ApiClient,
  vdn: number,
  results: readonly Report[],
): Promise<string[]> {
  const answer = await client.send<{ items: { dataId: string; outcome: string }[] }>(
    'POST',
    `/v1/vdns/${vdn}/calldata/results`,
    { json: results },
  );
  if (answer.status !== 200) throw new Error(`answered ${answer.status}: ${answer.text}`);
  const { items } = answer.json();
  const asked = results.map(({ dataId }) => dataId).join();
  if (items.map(({ dataId }) => dataId).join() !== asked) {
    throw new Error(`answered for other records than those asked for: ${answer.text}`);
  }
  return items.map(({ outcome }) => outcome);
}
