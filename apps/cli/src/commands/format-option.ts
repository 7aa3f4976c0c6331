import { Option } from 'commander';

export const formatOption = (): Option =>
  new Option('--format <format>', "default: what the file's name says").choices([
    'ndjson',
    'csv',
    'json',
  ]);
