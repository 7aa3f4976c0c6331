import { IsOptional } from 'class-validator';
import { Checked, Text } from './rules.ts';
import { serviceUrlProblem } from './url-problems.ts';

/** A secret travels in a header, or signs it: printable ASCII without blanks. */
const isSecret = (text: string): boolean => /^[\x21-\x7e]{1,1024}$/.test(text);

/** Every variable that the command-line client reads, under its own name, with its default and what it must be. */
export class ClientVariables {
  @Checked(serviceUrlProblem)
  DIALGATE_URL = 'http://127.0.0.1:8080';

  @IsOptional()
  @Text('must be a token, letters, digits and punctuation without blanks', isSecret)
  DIALGATE_TOKEN?: string;

  @IsOptional()
  @Text('must be an access key, letters, digits and . _ ~ -', (text) =>
    /^[A-Za-z0-9._~-]{1,128}$/.test(text),
  )
  DIALGATE_ACCESS_KEY?: string;

  @IsOptional()
  @Text('must be a secret key, letters, digits and punctuation without blanks', isSecret)
  DIALGATE_SECRET_KEY?: string;
}
