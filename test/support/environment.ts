import type { Circus } from '@jest/types';
import { TestEnvironment } from 'jest-environment-node';
import { registryOf } from './lifecycle.ts';
import type { StartedProcess } from './lifecycle.ts';

const OUTPUT_SHOWN = 20_000;

/**
 * Jest's Node environment, and the end of everything a test file started: processes that are still running are killed,
 * and fail the file unless a test has failed before (and so could not stop them). When a test fails, the output of the
 * file's processes is printed. When the worker dies, by whatever signal it can see, its processes die with it.
 */
export default class ServersEnvironment extends TestEnvironment {
  private failed = false;
  /** Processes that had ended when the current test began: none of its business. */
  private past = new Set<StartedProcess>();

  private readonly killAll = (): void => {
    for (const started of this.started()) {
      started.killNow();
    }
  };

  private readonly die = (): void => {
    process.exit(130);
  };

  override async setup(): Promise<void> {
    await super.setup();
    process.once('exit', this.killAll);
    // The parent is gone, or somebody pressed Ctrl-C.
    process.once('disconnect', this.die).once('SIGINT', this.die).once('SIGTERM', this.die);
  }

  async handleTestEvent(event: Circus.AsyncEvent, state: Circus.State): Promise<void> {
    if (event.name === 'test_start') {
      this.past = new Set(registryOf(this.global).processes.filter(({ running }) => !running));
    } else if (event.name === 'test_done' && event.test.errors.length > 0) {
      this.reportFailure(event.test.name);
    } else if (event.name === 'hook_failure' && event.hook.type === 'afterAll') {
      this.reportFailure('afterAll');
    } else if (event.name === 'run_finish') {
      state.unhandledErrors.push(...(await this.finish(state.unhandledErrors.length > 0)));
    }
  }

  override async teardown(): Promise<void> {
    // Has nothing left to do unless the file could not even be loaded.
    this.killAll();
    process.off('exit', this.killAll);
    process.off('disconnect', this.die).off('SIGINT', this.die).off('SIGTERM', this.die);
    await super.teardown();
  }

  private started(): StartedProcess[] {
    const { processes, servers } = registryOf(this.global);
    return [...processes, ...servers].filter(({ running }) => running);
  }

  private reportFailure(test: string): void {
    this.failed = true;
    const { processes, notes } = registryOf(this.global);
    const parts = [
      ...notes,
      ...processes
        .filter((started) => !this.past.has(started))
        .map((started) => `--- ${started.name}\n${started.output().slice(-OUTPUT_SHOWN)}`),
    ];
    if (parts.length > 0) {
      process.stderr.write(`\nAbout the failure of "${test}":\n${parts.join('\n')}\n---\n`);
    }
  }

  private async finish(failed: boolean): Promise<Error[]> {
    const { processes, servers, cleanups } = registryOf(this.global);
    const left = processes.filter(({ running }) => running);
    const errors =
      left.length === 0 || this.failed || failed
        ? []
        : [new Error(`Left running by this file: ${left.map(({ name }) => name).join(', ')}`)];
    for (const started of left) {
      started.killNow();
      await started.ended;
    }
    for (const cleanup of cleanups.reverse()) {
      try {
        await cleanup();
      } catch (error) {
        errors.push(error instanceof Error ? error : new Error(String(error)));
      }
    }
    for (const server of servers.filter(({ running }) => running)) {
      server.killNow();
      await server.ended;
    }
    return errors;
  }
}
