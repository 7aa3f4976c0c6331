import type { Role } from '#auth';
import type { Operation } from './types.ts';

export const SECURITY_SCHEMES = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description:
      "`Authorization: Bearer {token}`: the token of a key, which belongs to one VDN and has roles, or the operator's own, which may do everything everywhere.",
  },
  authV2: {
    type: 'apiKey',
    in: 'header',
    name: 'Authorization',
    description: [
      '`Authorization: auth-v2/{accessKey}/{timestamp}/{signedHeaders}/{signature}`. With `H(key, text)` for HMAC-SHA256 as lower-case hex:',
      '',
      '```',
      'prefix        = "auth-v2/" + accessKey + "/" + timestamp + "/" + signedHeaders',
      'signingKey    = H(secretKey, prefix)',
      'Authorization = prefix + "/" + H(signingKey, canonicalRequest)',
      '```',
      '',
      '- `timestamp`: UTC, `yyyy-MM-ddTHH:mm:ssZ` or with milliseconds; within the window of the service (15 minutes unless set otherwise).',
      '- `signedHeaders`: lower-case names, sorted, joined by `;`; `host` among them.',
      '- `canonicalRequest`: the method; the path as sent; the query, only if there is one, as sorted pairs `norm(name)=norm(value)` joined by `&`; `signedHeaders`; for each signed header `norm(name):norm(value)`, sorted; `norm(body)`, empty without one. Joined by line feeds.',
      '- `norm`: each byte of the UTF-8 form except `A-Z a-z 0-9 - . _ ~` becomes `%XX`.',
      '',
      'A signature is good for one request, except of GET and HEAD.',
    ].join('\n'),
  },
};

/** Either scheme, with a role: what OpenAPI 3.1 has the list behind a scheme's name for. */
export const needs = (role: Role): Operation['security'] => [
  { bearer: [role] },
  { authV2: [role] },
];

export const PUBLIC: Operation['security'] = [];
