import type { ClientCredentials, ClientOptions, KeyRole } from '#client';
import { DialgateClient } from '#client';
import type { Service } from '../contract/service.ts';
import { newVdn } from '../contract/service.ts';
import { ADMIN_TOKEN } from '../support/backends.ts';
import type { CampaignSettings } from '../support/factories.ts';
import { unpaced } from '../support/factories.ts';

export type CredentialKind = 'token' | 'signature';

export const CREDENTIAL_KINDS: readonly CredentialKind[] = ['token', 'signature'];

/** Quick: what is repeated in a test fails by an arranged accident, not because somebody needs time. */
export const QUICK = { attempts: 4, firstDelayMs: 5, longestDelayMs: 20 };

export const operatorOf = ({ url }: { readonly url: string }): DialgateClient =>
  new DialgateClient({ baseUrl: url, credentials: { token: ADMIN_TOKEN }, retry: QUICK });

/** A VDN with one campaign and a key, and clients that use the key. */
export interface Tenant {
  readonly vdnId: number;
  readonly campaignId: number;
  readonly credentials: ClientCredentials;
  readonly client: DialgateClient;
  readonly clientWith: (changes: Partial<ClientOptions>) => DialgateClient;
}

export async function newTenant(
  service: Pick<Service, 'url'>,
  kind: CredentialKind,
  { roles = ['admin'], campaign }: { roles?: readonly KeyRole[]; campaign?: CampaignSettings } = {},
): Promise<Tenant> {
  const vdnId = newVdn();
  const campaignId = 46;
  const operator = operatorOf(service);
  await operator.campaigns.put({ vdnId, campaignId }, campaign ?? unpaced());
  const { token, accessKey, secretKey } = await operator.keys.create(vdnId, { name: 'a', roles });
  const credentials = kind === 'token' ? { token } : { accessKey, secretKey };
  const clientWith = (changes: Partial<ClientOptions>): DialgateClient =>
    new DialgateClient({ baseUrl: service.url, credentials, retry: QUICK, ...changes });
  return { vdnId, campaignId, credentials, client: clientWith({}), clientWith };
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

export async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await collect(chunks));
}

/** What a promise fails with. */
export const failureOf = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => {
      throw new Error('it should have failed');
    },
    (error: unknown) => error,
  );
