import type { Command } from 'commander';
import { Signing } from '#auth';
import { bytesOf, requestUrl } from '#client';
import type { AddCommand } from '../context.ts';
import { contextOf } from '../context.ts';
import { collect } from '../options.ts';
import { UsageError } from '../usage-error.ts';

interface SignOptions {
  readonly body?: string;
  readonly header: readonly string[];
}

export const addSign: AddCommand = (program, host) => {
  program
    .command('sign')
    .description('print the Authorization header for a request, made with the pair of keys')
    .argument('<method>')
    .argument(
      '<url>',
      'as it will be requested, or what comes behind DIALGATE_URL, from its slash on',
    )
    .option('--body <file>', 'what will be sent, byte by byte; - for standard input')
    .option('--header <header>', "one to sign as well, as 'name: value'; repeatable", collect, [])
    .action(
      async (method: string, target: string, { body, header }: SignOptions, command: Command) => {
        const { output, settings } = contextOf(host, command);
        const { credentials, url: base } = settings();
        if (!('secretKey' in credentials)) {
          throw new UsageError(
            'A signature is made with a pair of keys: set DIALGATE_ACCESS_KEY and DIALGATE_SECRET_KEY instead of a token.',
          );
        }
        const url = urlOf(target, base);
        const signing = new Signing(credentials, {
          method,
          url: `${url.pathname}${url.search}`,
          headers: { host: url.host, ...Object.fromEntries(header.map(readHeader)) },
          timestamp: new Date().toISOString(),
        });
        if (body !== undefined) {
          const source = body === '-' ? { bytes: host.stdin } : { file: body };
          for await (const chunk of bytesOf(source)) signing.update(chunk);
        }
        const authorization = signing.authorization();
        await output.show({ authorization }, [`Authorization: ${authorization}`]);
      },
    );
};

function urlOf(target: string, base: string): URL {
  if (target.startsWith('/')) return requestUrl(new URL(base), target);
  if (!/^https?:\/\//.test(target) || !URL.canParse(target)) {
    throw new UsageError(
      'The URL must be one that begins with http:// or https://, or a path that begins with /.',
    );
  }
  return new URL(target);
}

function readHeader(text: string): [string, string] {
  const colon = text.indexOf(':');
  if (colon < 1) throw new UsageError("A header is written 'name: value'.");
  return [text.slice(0, colon).trim().toLowerCase(), text.slice(colon + 1).trim()];
}
