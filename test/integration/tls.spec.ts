import { describe, expect, test } from '@jest/globals';
import { rename, rm, symlink } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { connect } from 'node:tls';
import type { ConnectionOptions } from 'node:tls';
import { addressOf, launchApp, scratchFolder } from '../support/apps.ts';
import type { AppProcess } from '../support/apps.ts';
import { ADMIN_TOKEN, useServers } from '../support/backends.ts';
import { makeCertificate, replaceFile, writePair } from '../support/certificate.ts';
import type { Certificate } from '../support/certificate.ts';
import { waitFor } from '../support/time.ts';

const servers = useServers({ name: 'postgres' });

interface Handshake {
  /** The server's certificate, or the code of what went wrong. */
  readonly outcome: string;
  readonly protocol: string | null;
}

/** One handshake with the service, whatever certificate it shows. */
function shakeHands({ url }: AppProcess, options: ConnectionOptions = {}): Promise<Handshake> {
  return new Promise((resolve) => {
    const socket = connect({
      host: '127.0.0.1',
      port: Number(new URL(url).port),
      rejectUnauthorized: false,
      ...options,
    });
    socket.once('secureConnect', () => {
      const outcome = socket.getPeerCertificate().fingerprint256;
      resolve({ outcome, protocol: socket.getProtocol() });
      socket.destroy();
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      resolve({ outcome: error.code ?? error.message, protocol: null });
    });
  });
}

/** A call over HTTPS by a client that trusts this certificate alone, and checks the name. */
function get({ url }: AppProcess, path: string, { cert }: Certificate): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
    request(`${url}${path}`, { ca: cert, headers, agent: false }, (answer) => {
      answer.resume().once('end', () => {
        resolve(answer.statusCode ?? 0);
      });
    })
      .once('error', reject)
      .end();
  });
}

async function startHttps(certificate: Certificate, settings: Record<string, string>) {
  const { process } = await launchApp('api', { ...servers.env, ...settings });
  const api = { process, url: await addressOf(process) };
  expect(api.url).toMatch(/^https:/);
  expect((await shakeHands(api)).outcome).toBe(certificate.fingerprint256);
  return api;
}

const shows = (api: AppProcess, { fingerprint256 }: Certificate): Promise<unknown> =>
  waitFor(async () => (await shakeHands(api)).outcome === fingerprint256, {
    what: 'the new certificate to be served',
    pollMs: 50,
  });

test('TLS 1.2 and newer are spoken, and nothing older nor plain HTTP', async () => {
  const certificate = makeCertificate();
  const settings = await writePair(await scratchFolder(), certificate.cert, certificate.key);
  const api = await startHttps(certificate, settings);

  expect(await get(api, '/readyz', certificate)).toBe(200);
  expect(await get(api, '/v1/vdns/1/campaigns', certificate)).toBe(200);
  await expect(get(api, '/readyz', makeCertificate())).rejects.toThrow();

  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    const shaken = await shakeHands(api, { minVersion: version, maxVersion: version });
    expect(shaken).toEqual({ outcome: certificate.fingerprint256, protocol: version });
  }
  for (const version of ['TLSv1', 'TLSv1.1'] as const) {
    // Node's own client speaks these only at security level 0.
    const old = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' };
    expect((await shakeHands(api, old)).protocol).toBeNull();
  }
  await expect(fetch(`${api.url.replace('https:', 'http:')}/readyz`)).rejects.toThrow();
  expect(await get(api, '/readyz', certificate)).toBe(200);
  await api.process.stop();
});

test('a renewed certificate is taken up without a restart, and a broken one is not', async () => {
  const [first, second, third] = [makeCertificate(), makeCertificate(), makeCertificate()];
  const folder = await scratchFolder();
  const settings = await writePair(folder, first.cert, first.key);
  const api = await startHttps(first, settings);

  // A certificate without its key, then a file that is none, then none at all.
  const refusals = (): number => api.process.output().split('the one before stays').length - 1;
  await replaceFile(settings.TLS_CERT_FILE, second.cert);
  await api.process.until(() => refusals() >= 1, { what: 'the first complaint' });
  await replaceFile(settings.TLS_CERT_FILE, 'nonsense');
  await api.process.until(() => refusals() >= 2, { what: 'the second complaint' });
  await rm(settings.TLS_CERT_FILE);
  await api.process.until(() => refusals() >= 3, { what: 'the third complaint' });
  expect((await shakeHands(api)).outcome).toBe(first.fingerprint256);

  await writePair(folder, second.cert, second.key);
  await shows(api, second);
  expect(await get(api, '/readyz', second)).toBe(200);

  await writePair(folder, third.cert, third.key);
  await shows(api, third);
  expect(api.process.output()).not.toContain('PRIVATE KEY');
  await api.process.stop();
});

test('a link that is swapped on the way to the files is noticed', async () => {
  const [before, after] = [makeCertificate(), makeCertificate()];
  const [folder, old, renewed] = [
    await scratchFolder(),
    await scratchFolder(),
    await scratchFolder(),
  ];
  await writePair(old, before.cert, before.key);
  await writePair(renewed, after.cert, after.key);
  await symlink(old, join(folder, 'current'));
  const api = await startHttps(before, {
    TLS_CERT_FILE: join(folder, 'current', 'tls.crt'),
    TLS_KEY_FILE: join(folder, 'current', 'tls.key'),
  });
  await symlink(renewed, join(folder, 'next'));
  await rename(join(folder, 'next'), join(folder, 'current'));
  await shows(api, after);
  await api.process.stop();
});

describe('files that cannot be served with end the program with 2:', () => {
  const own = makeCertificate();
  const CERT = /TLS_CERT_FILE must/;
  const KEY = /TLS_KEY_FILE must/;

  test.each<[string, string, string, RegExp[]]>([
    ['another key', own.cert, makeCertificate().key, [/TLS_KEY_FILE must hold the key of/]],
    ['a certificate that is none', 'nonsense', own.key, [CERT]],
    ['a key that is none', own.cert, 'nonsense', [KEY]],
    ['both the wrong way round', own.key, own.cert, [CERT, KEY]],
    ['empty files', '', '', [CERT, KEY]],
  ])('%s', async (_, cert, key, complaints) => {
    const settings = await writePair(await scratchFolder(), cert, key);
    for (const program of ['api', 'standalone'] as const) {
      const { process } = await launchApp(program, { ...servers.env, ...settings });
      await process.expectExit(2);
      for (const complaint of complaints) expect(process.output()).toMatch(complaint);
      expect(process.output()).not.toContain('PRIVATE');
    }
  });

  test('one without the other', async () => {
    const { TLS_CERT_FILE } = await writePair(await scratchFolder(), own.cert, own.key);
    const { process } = await launchApp('api', { ...servers.env, TLS_CERT_FILE });
    await process.expectExit(2);
    expect(process.output()).toContain('TLS_KEY_FILE is not set');
  });
});
