import type { SettingsOf } from '#config';

/** The token that the settings are injected by. */
export const SETTINGS = Symbol('settings');

export type ApiSettings = SettingsOf<'api'>;
