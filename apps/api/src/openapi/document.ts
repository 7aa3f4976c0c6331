import type { ApiSettings } from '../settings.ts';
import { HEADERS } from './headers.ts';
import { blocklistPaths } from './operations/blocklist.ts';
import { CALLDATA_PATHS } from './operations/calldata.ts';
import { CAMPAIGN_PATHS } from './operations/campaigns.ts';
import { CONTROL_PATHS } from './operations/control.ts';
import { DIALER_PATHS } from './operations/dialer.ts';
import { FOLLOWING_PATHS } from './operations/following.ts';
import { KEY_PATHS } from './operations/keys.ts';
import { RECEIPT_PATHS } from './operations/receipts.ts';
import { SERVICE_PATHS } from './operations/service.ts';
import { uploadPaths } from './operations/uploads.ts';
import { PARAMETERS } from './parameters.ts';
import { ADMINISTRATION_SCHEMAS } from './schemas/administration.ts';
import { campaignSchemas } from './schemas/campaign.ts';
import { COMMON_SCHEMAS } from './schemas/common.ts';
import { DIALER_SCHEMAS } from './schemas/dialer.ts';
import { ENVELOPE_SCHEMAS } from './schemas/envelope.ts';
import { recordSchemas } from './schemas/record.ts';
import { UPLOAD_SCHEMAS } from './schemas/upload.ts';
import { SECURITY_SCHEMES } from './security.ts';

/** The version of the interface, not of the program: it changes when the interface does. */
const VERSION = '1.0.0';

const TAGS = [
  {
    name: 'Compatible face',
    description:
      'The interface that clients were written for before, unchanged: envelopes with codes, Chinese descriptions by default.',
  },
  { name: 'Campaigns', description: 'What records are called for: pace, cap and rules.' },
  { name: 'Uploads', description: 'Records by the file, worked off at the pace of the campaign.' },
  { name: 'Dialers', description: 'Records to be called, and what became of them.' },
  { name: 'Blocklist', description: 'Numbers that are not to be called.' },
  { name: 'Keys', description: 'Credentials of a VDN.' },
  { name: 'Operations', description: 'The service itself. Asks for no credentials.' },
];

/**
 * The API as an OpenAPI 3.1 document. What the code knows (limits, states, codes, texts) is taken from there; the
 * service's settings are told as they are.
 */
export function openApiDocument(settings: ApiSettings): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'dialgate',
      version: VERSION,
      description: [
        'Takes outbound call records, twenty at a time or by the file, and admits them to campaigns at their pace and under their cap.',
        '',
        'Errors of the native face (`/v1`) are problems in the form of RFC 9457, with the member `code` where a code of the interface fits. Unknown query parameters are refused. Lists are paged by `limit` and `cursor`. Times are RFC 3339 in UTC.',
      ].join('\n'),
    },
    servers: [{ url: '/' }],
    tags: TAGS,
    paths: {
      ...CALLDATA_PATHS,
      ...CAMPAIGN_PATHS,
      ...uploadPaths(settings),
      ...FOLLOWING_PATHS,
      ...CONTROL_PATHS,
      ...RECEIPT_PATHS,
      ...DIALER_PATHS,
      ...blocklistPaths(settings),
      ...KEY_PATHS,
      ...SERVICE_PATHS,
    },
    components: {
      securitySchemes: SECURITY_SCHEMES,
      headers: HEADERS,
      parameters: PARAMETERS,
      schemas: {
        ...recordSchemas(settings.callDataMax),
        ...ENVELOPE_SCHEMAS,
        ...campaignSchemas(settings.callDataMax),
        ...UPLOAD_SCHEMAS,
        ...DIALER_SCHEMAS,
        ...ADMINISTRATION_SCHEMAS,
        ...COMMON_SCHEMAS,
      },
    },
  };
}
