import { describe, expect, test } from '@jest/globals';
import type { CommandEffect } from './commands.ts';
import { effectOf, UPLOAD_COMMANDS } from './commands.ts';
import type { UploadState } from './states.ts';
import { isFinished, UPLOAD_STATES } from './states.ts';

const TABLE: readonly (readonly [
  UploadState,
  cancel: CommandEffect,
  pause: CommandEffect,
  resume: CommandEffect,
])[] = [
  ['queued', 'moves', 'moves', 'nothing'],
  ['running', 'moves', 'moves', 'nothing'],
  ['waiting_capacity', 'moves', 'moves', 'nothing'],
  ['paused', 'moves', 'nothing', 'moves'],
  ['completed', 'conflict', 'conflict', 'conflict'],
  ['completed_with_errors', 'conflict', 'conflict', 'conflict'],
  ['cancelled', 'nothing', 'conflict', 'conflict'],
  ['failed', 'conflict', 'conflict', 'conflict'],
];

describe('what a command does to an upload', () => {
  test.each(TABLE)('that is %s: cancel %s, pause %s, resume %s', (state, ...effects) => {
    expect(UPLOAD_COMMANDS.map((command) => effectOf(command, state))).toEqual(effects);
  });

  test('the table has every state that is shown', () => {
    const shown = UPLOAD_STATES.filter((state) => state !== 'receiving');
    expect(TABLE.map(([state]) => state)).toEqual(shown);
  });

  test('nothing moves an upload that has ended, or is still being received', () => {
    for (const state of UPLOAD_STATES.filter((s) => isFinished(s) || s === 'receiving')) {
      for (const command of UPLOAD_COMMANDS) expect(effectOf(command, state)).not.toBe('moves');
    }
  });
});
