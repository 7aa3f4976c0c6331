import type { Command } from 'commander';
import { Option } from 'commander';
import { CAMPAIGN_STATES } from '#client';
import type { CampaignMembers, CampaignState, CampaignView } from '#client';
import type { AddCommand } from '../context.ts';
import { contextOf } from '../context.ts';
import type { PlaceOptions, VdnOptions } from '../options.ts';
import { campaignOption, given, placeOf, vdnOption, wholeNumber } from '../options.ts';
import { memberLines } from '../texts.ts';

interface PutOptions extends PlaceOptions {
  readonly name?: string;
  readonly state?: CampaignState;
  readonly intervalMs?: number;
  readonly batchSize?: number;
  readonly maxIncomplete?: number;
  readonly maxRecordsPerCall?: number;
  readonly maxNumbersPerRecord?: number;
  readonly minNumberLength?: number;
  readonly requireNumberType?: boolean;
  readonly requireJsonCallData?: boolean;
}

const numberOption = (flag: string, what: string): Option =>
  new Option(`${flag} <number>`, what).argParser(wholeNumber);

export const addCampaign: AddCommand = (program, host) => {
  const campaign = program
    .command('campaign')
    .description('look at campaigns, make and change them');

  campaign
    .command('put')
    .description('make a campaign, or change what is named')
    .addOption(vdnOption())
    .addOption(campaignOption())
    .option('--name <text>')
    .addOption(new Option('--state <state>').choices(CAMPAIGN_STATES))
    .addOption(numberOption('--interval-ms', 'between two admissions, in ms'))
    .addOption(numberOption('--batch-size', 'records per admission of an upload'))
    .addOption(numberOption('--max-incomplete', 'the cap'))
    .addOption(numberOption('--max-records-per-call', 'records of a synchronous call'))
    .addOption(numberOption('--max-numbers-per-record', 'numbers of a record'))
    .addOption(numberOption('--min-number-length', 'characters of a number'))
    .option('--require-number-type', 'each number must say its type')
    .option('--no-require-number-type', 'it need not')
    .option('--require-json-call-data', 'callData must be JSON')
    .option('--no-require-json-call-data', 'it need not')
    .action(async ({ vdn, campaign: id, intervalMs, ...rest }: PutOptions, command: Command) => {
      const { client, output, signal } = contextOf(host, command);
      const members: CampaignMembers = given({ ...rest, admissionIntervalMs: intervalMs });
      const place = placeOf({ vdn, campaign: id });
      const put = await client().campaigns.put(place, members, { signal });
      await output.show(put.campaign, memberLines(put.campaign));
    });

  for (const what of ['get', 'stats'] as const) {
    campaign
      .command(what)
      .description(
        what === 'get' ? 'its settings and what room it has' : 'its records and uploads, counted',
      )
      .addOption(vdnOption())
      .addOption(campaignOption())
      .action(async (options: PlaceOptions, command: Command) => {
        const { client, output, signal } = contextOf(host, command);
        const found = await client().campaigns[what](placeOf(options), { signal });
        await output.show(found, memberLines(found));
      });
  }

  campaign
    .command('list')
    .description('the campaigns of a VDN')
    .addOption(vdnOption())
    .action(async ({ vdn }: VdnOptions, command: Command) => {
      const { client, output, signal } = contextOf(host, command);
      await output.list(client().campaigns.list(vdn, { signal }), lineOf);
    });
};

const lineOf = ({ campaignId, state, incomplete, capacityLeft, name }: CampaignView): string =>
  `${campaignId}  ${state}  ${incomplete} incomplete, room for ${capacityLeft}  ${name ?? ''}`.trimEnd();
