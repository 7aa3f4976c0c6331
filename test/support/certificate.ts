import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A self-signed certificate of localhost and 127.0.0.1, and its key, both PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
  /** SHA-256, as `tls.TLSSocket.getPeerCertificate` writes it. */
  readonly fingerprint256: string;
}

/** A value in DER (X.690): its tag, its length, its content. */
function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const bytes = Buffer.concat(content);
  const length = bytes.length;
  const head =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...head]), bytes]);
}

const sequence = (...content: readonly Uint8Array[]): Buffer => der(0x30, ...content);
const hex = (digits: string): Buffer => Buffer.from(digits, 'hex');
const oid = (digits: string): Buffer => der(0x06, hex(digits));

const ECDSA_WITH_SHA256 = sequence(oid('2a8648ce3d040302'));
const COMMON_NAME = oid('550403');
const SUBJECT_ALT_NAME = oid('551d11');

/** ASN.1's GeneralizedTime, to the second. */
const time = (date: Date): Buffer =>
  der(0x18, Buffer.from(`${date.toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}Z`));

/** Makes one that is valid from an hour ago for a day (RFC 5280), without any other program. */
export function makeCertificate(): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from('localhost')))));
  const altNames = sequence(der(0x82, Buffer.from('localhost')), der(0x87, hex('7f000001')));
  const serial = Buffer.concat([hex('01'), randomBytes(8)]);
  const now = Date.now();
  const content = sequence(
    der(0xa0, der(0x02, hex('02'))),
    der(0x02, serial),
    ECDSA_WITH_SHA256,
    name,
    sequence(time(new Date(now - 3_600_000)), time(new Date(now + 86_400_000))),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(sequence(SUBJECT_ALT_NAME, der(0x04, altNames)))),
  );
  const signature = der(0x03, hex('00'), sign('sha256', content, privateKey));
  const certificate = sequence(content, ECDSA_WITH_SHA256, signature);
  const digest = createHash('sha256').update(certificate).digest('hex').toUpperCase();
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64').replaceAll(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    fingerprint256: (digest.match(/../g) ?? []).join(':'),
  };
}

/** Writes a certificate and a key into a folder, and says where they are in the terms of the service's settings. */
export async function writePair(
  folder: string,
  cert: string,
  key: string,
): Promise<{ TLS_CERT_FILE: string; TLS_KEY_FILE: string }> {
  const files = { TLS_CERT_FILE: join(folder, 'tls.crt'), TLS_KEY_FILE: join(folder, 'tls.key') };
  await replaceFile(files.TLS_CERT_FILE, cert);
  await replaceFile(files.TLS_KEY_FILE, key);
  return files;
}

/** Nobody who reads the file finds half of it. */
export async function replaceFile(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}
