import type { Command } from 'commander';
import { Option } from 'commander';
import { KEY_ROLES } from '#client';
import type { KeyRole, KeyView } from '#client';
import type { AddCommand } from '../context.ts';
import { contextOf } from '../context.ts';
import type { VdnOptions } from '../options.ts';
import { given, vdnOption } from '../options.ts';
import { memberLines } from '../texts.ts';

interface CreateOptions extends VdnOptions {
  readonly name: string;
  readonly role: KeyRole[];
  readonly expires?: string;
}

export const addKeys: AddCommand = (program, host) => {
  const keys = program.command('keys').description('who may do what in a VDN');

  keys
    .command('create')
    .description('make a key; its secrets are printed now and never again')
    .addOption(vdnOption())
    .requiredOption('--name <text>', 'what it is for')
    .addOption(
      new Option('--role <role...>', 'what it may do').choices(KEY_ROLES).makeOptionMandatory(),
    )
    .option('--expires <time>', 'RFC 3339; without it the key does not expire')
    .action(async ({ vdn, name, role, expires }: CreateOptions, command: Command) => {
      const { client, output, signal } = contextOf(host, command);
      const members = { name, roles: role, ...given({ expiresAt: expires }) };
      const key = await client().keys.create(vdn, members, { signal });
      await output.show(key, memberLines(key));
    });

  keys
    .command('list')
    .description('the keys of a VDN, without their secrets')
    .addOption(vdnOption())
    .action(async ({ vdn }: VdnOptions, command: Command) => {
      const { client, output, signal } = contextOf(host, command);
      await output.list(client().keys.list(vdn, { signal }), lineOf);
    });

  keys
    .command('revoke')
    .description('end a key, from the next request on')
    .argument('<accessKey>')
    .addOption(vdnOption())
    .action(async (accessKey: string, { vdn }: VdnOptions, command: Command) => {
      const { client, output, signal } = contextOf(host, command);
      await client().keys.revoke(vdn, accessKey, { signal });
      await output.show({ revoked: accessKey }, ['Revoked.']);
    });
};

const lineOf = ({ accessKey, roles, expiresAt, revokedAt, name }: KeyView): string =>
  [
    accessKey,
    roles.join(','),
    revokedAt === null ? (expiresAt === null ? 'valid' : `until ${expiresAt}`) : 'revoked',
    name,
  ].join('  ');
