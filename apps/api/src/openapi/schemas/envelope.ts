import { CODE, REGISTRY } from '#errors';
import { count } from './common.ts';
import { schema } from '../types.ts';
import type { Schema } from '../types.ts';

const SUCCESS_CODE: Schema = { type: 'string', const: CODE.SUCCESS };
const SUCCESS_TEXT: Schema = { type: 'string', const: REGISTRY.SUCCESS.text.en_US };

/** An envelope of success (the interface's Table 6). */
const success = (description: string, returnObject: Schema): Schema => ({
  type: 'object',
  description,
  required: ['resultCode', 'resultDesc', 'returnCode', 'returnDesc', 'returnObject'],
  properties: {
    resultCode: SUCCESS_CODE,
    resultDesc: SUCCESS_TEXT,
    returnCode: SUCCESS_CODE,
    returnDesc: SUCCESS_TEXT,
    returnObject,
  },
});

const DESCRIPTION: Schema = {
  type: 'string',
  description: 'What is wrong and where, in the language of the header `locale`.',
};

export const ENVELOPE_SCHEMAS: Readonly<Record<string, Schema>> = {
  CallAdmitted: success('All records were admitted.', {
    type: 'object',
    required: ['totalSize', 'dataIdList'],
    properties: {
      totalSize: count(
        'Records of the campaign that still have to be called, these included; with ISALES_API_UNCOMPLATE_COUNT=false the records of this call.',
      ),
      dataIdList: {
        type: 'array',
        description: 'One entry for each record, in the order of `callDataList`.',
        minItems: 1,
        items: {
          type: 'object',
          required: ['called', 'dataId'],
          properties: {
            called: { type: 'string', description: "The record's first number." },
            dataId: schema('DataId'),
          },
        },
      },
    },
  }),
  CallAccepted: success('The call was taken as an upload.', {
    type: 'object',
    required: ['uploadId'],
    properties: { uploadId: { type: 'string', format: 'uuid' } },
  }),
  CallRefused: {
    type: 'object',
    description: 'Nothing of the call was kept.',
    required: ['resultCode', 'resultDesc', 'returnCode', 'returnDesc'],
    properties: {
      resultCode: schema('Code'),
      resultDesc: DESCRIPTION,
      returnCode: schema('Code'),
      returnDesc: DESCRIPTION,
    },
  },
  DataId: { type: 'string', pattern: '^[0-9]{19}$', description: "A record's ID." },
};
