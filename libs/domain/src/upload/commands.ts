import type { UploadState } from './states.ts';

/** What a sender can have done to an upload. */
export const UPLOAD_COMMANDS = ['cancel', 'pause', 'resume'] as const;

export type UploadCommand = (typeof UPLOAD_COMMANDS)[number];

const OPEN = ['queued', 'running', 'waiting_capacity'] as const;

/** The states that a command moves an upload out of. */
const MOVES: Readonly<Record<UploadCommand, readonly UploadState[]>> = {
  cancel: [...OPEN, 'paused'],
  pause: OPEN,
  resume: ['paused'],
};

/** The states in which what a command asks for is so already. */
const DONE: Readonly<Record<UploadCommand, readonly UploadState[]>> = {
  cancel: ['cancelled'],
  pause: ['paused'],
  resume: OPEN,
};

/** The command moves the upload, or changes nothing as it was done before, or the state no longer allows it. */
export type CommandEffect = 'moves' | 'nothing' | 'conflict';

/** What a command does to an upload in a state that is shown; an upload that has ended stays as it ended. */
export function effectOf(command: UploadCommand, state: UploadState): CommandEffect {
  if (MOVES[command].includes(state)) return 'moves';
  return DONE[command].includes(state) ? 'nothing' : 'conflict';
}
