import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { ADMIN_TOKEN } from './backends.ts';
import type { UploadView } from './api-client.ts';
import { atEnd } from './lifecycle.ts';

export interface UploadEvent {
  readonly id: string;
  readonly upload: UploadView;
}

export interface EventOptions {
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Reads an upload's server-sent events, one after the other, as an EventSource would. */
export class EventReader {
  readonly response: IncomingMessage;
  private readonly blocks: AsyncGenerator<string>;

  private constructor(response: IncomingMessage) {
    this.response = response;
    this.blocks = blocksOf(response);
  }

  static async open(
    url: string,
    uploadId: string,
    { token = ADMIN_TOKEN, headers = {} }: EventOptions = {},
  ): Promise<EventReader> {
    const asked = request(`${url}/v1/uploads/${uploadId}/events`, {
      agent: false,
      headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream', ...headers },
    });
    asked.end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    atEnd(() => Promise.resolve(void response.destroy()));
    return new EventReader(response);
  }

  /** The next event; undefined at the end of the stream. Everything else in it is passed over. */
  async next(): Promise<UploadEvent | undefined> {
    for (;;) {
      const block = await this.blocks.next();
      if (block.done === true) return undefined;
      const fields = new Map(
        block.value.split('\n').map((line): [string, string] => {
          const [name = '', ...rest] = line.split(': ');
          return [name, rest.join(': ')];
        }),
      );
      const data = fields.get('data');
      if (data === undefined) continue;
      return { id: fields.get('id') ?? '', upload: JSON.parse(data) as UploadView };
    }
  }

  /** The first event, of those to come, that is as it should be; those before it are passed over. */
  async until(isRight: (upload: UploadView) => boolean): Promise<UploadEvent> {
    for (;;) {
      const event = await this.next();
      if (event === undefined)
        throw new Error('the stream ended before the event that was awaited');
      if (isRight(event.upload)) return event;
    }
  }

  /** All events to the end of the stream. */
  async rest(): Promise<UploadEvent[]> {
    const events: UploadEvent[] = [];
    for (let event = await this.next(); event !== undefined; event = await this.next()) {
      events.push(event);
    }
    return events;
  }

  /** Goes away. */
  close(): void {
    this.response.destroy();
  }
}

/** What stands between empty lines. */
async function* blocksOf(response: IncomingMessage): AsyncGenerator<string> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) {
    text += chunk as string;
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    yield* blocks;
  }
  if (text !== '') throw new Error(`the stream ended in the middle of an event: ${text}`);
}
