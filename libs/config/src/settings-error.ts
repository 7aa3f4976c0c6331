/** One wrong setting: the variable's name, and what it must be. Never its value. */
export interface SettingsProblem {
  readonly variable: string;
  readonly remedy: string;
}

/**
 * Wrong or missing settings, all of them at once. The message has one line for each and shows no values,
 * so that it can be printed wherever the process was started. Programs end with `exitCode`.
 */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly exitCode = 2;

  constructor(readonly problems: readonly SettingsProblem[]) {
    const lines = problems.map(({ variable, remedy }) => `  ${variable} ${remedy}`);
    const head = problems.length === 1 ? 'A setting is wrong:' : 'These settings are wrong:';
    super([head, ...lines].join('\n'));
  }
}
