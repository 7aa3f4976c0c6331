import { describe, expect, test } from '@jest/globals';
import { sendLease } from '../support/dialer.ts';
import { unpaced } from '../support/factories.ts';
import { newVdn, useService } from './service.ts';

const service = useService();

/** Members that no table has, which converted and written anew would be others. */
const ODD =
  '"amount":12345678901234567890.10,"e":1e3,"twice":1,"twice":2,"__proto__":{"a":-0},"\\u0061":"\\u00e9\\/"';
const FIRST = `{"called":[{"calledNo":"1"}],${ODD}}`;
const SECOND = `{ "called" : [{"calledNo":"2"}] ,${ODD} }`;
const THIRD = `{ "sessionId":"]},{[\\"\\\\", "called":[{"calledNo":"3"}],${ODD}}`;
const KEPT = [FIRST, SECOND, THIRD];
const SENT = [FIRST, ` ${SECOND.replaceAll(' ', '\n')}\r\n`, `\t${THIRD.replaceAll(' ', '\r')}`];
const BODY = `{"callDataList":[{"called":[{"calledNo":"9"}]}],"other":{"callDataList":[0]},
  "\\u0063allDataList" : [${SENT.join()}] , "batchId":"b" }`;

async function campaign(): Promise<number> {
  const vdn = newVdn();
  await service.client.putCampaign(vdn, 1, unpaced());
  return vdn;
}

async function upload(vdn: number, body: string): Promise<string> {
  const path = `/v1/vdns/${vdn}/campaigns/1/uploads`;
  const headers = { 'content-type': 'application/json' };
  const answer = await service.client.send<{ id: string }>('POST', path, { body, headers });
  await service.client.finished(answer.json().id);
  return answer.json().id;
}

async function call(vdn: number, body: string, prefer = ''): Promise<string> {
  const path = `/rest/isales/v2/openapi/campaigns/${vdn}/calldata/1`;
  const headers = { 'content-type': 'application/json', prefer };
  const answer = await service.client.send('POST', path, { body, headers });
  expect(answer.json()).toMatchObject({ resultCode: '0200000' });
  const list = await service.client.get<{ items: { id: string }[] }>(`/v1/vdns/${vdn}/uploads`);
  const id = list.json().items[0]?.id ?? '';
  await service.client.finished(id);
  return id;
}

async function source(id: string): Promise<string> {
  return (await service.client.get(`/v1/uploads/${id}/receipts?format=source`)).text;
}

/** What stands before our members. */
const open = (text: string): string => text.trimEnd().slice(0, -1);

describe.each([
  ['an upload of JSON', upload],
  ['a call', call],
  [
    'a call that is taken as an upload',
    (vdn: number, body: string) => call(vdn, body, 'respond-async'),
  ],
])('the records of %s', (_, send) => {
  test('are given back as they were sent, ends of lines apart', async () => {
    const vdn = await campaign();
    const id = await send(vdn, BODY);
    expect(await source(id)).toBe(`${KEPT.join('\n')}\n`);
    const leased = await sendLease(service.client, vdn, 1, {});
    const { items } = leased.json();
    expect(items.map(({ called }) => called)).toEqual(
      [1, 2, 3].map((no) => [{ calledNo: String(no) }]),
    );
    for (const [index, text] of KEPT.entries()) {
      expect(leased.text).toContain(`${open(text)},"dataId"`);
      const path = `/v1/vdns/${vdn}/calldata/${items[index]?.dataId ?? ''}`;
      const { text: found } = await service.client.get(path);
      expect(found.startsWith(`${open(text)},"dataId"`)).toBe(true);
    }
  });
});

test('of an upload of JSON, those that are no records and repetitions as well', async () => {
  const repeated = '{"called":[{"calledNo":"1"}],"n":1.0}';
  const body = `{"callDataList":[1e3, {"called":[{"calledNo":"x"}],\n"n":1.50} ,${repeated},[\n],${repeated}]}`;
  const id = await upload(await campaign(), body);
  const kept = ['1e3', '{"called":[{"calledNo":"x"}], "n":1.50}', repeated, '[ ]', repeated];
  expect(await source(id)).toBe(`${kept.join('\n')}\n`);
});
