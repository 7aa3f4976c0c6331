import { once } from 'node:events';
import { request } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { ADMIN_TOKEN } from './backends.ts';

export interface StreamedAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

/** An upload whose body is sent piece by piece, for tests that do something in the middle of it. */
export class StreamedUpload {
  /** Rejects when the connection ends without an answer. */
  readonly answer: Promise<StreamedAnswer>;
  private readonly request: ClientRequest;
  private over = false;

  constructor(baseUrl: string, vdn: number, campaign: number) {
    const url = `${baseUrl}/v1/vdns/${vdn}/campaigns/${campaign}/uploads`;
    this.request = request(url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${ADMIN_TOKEN}`,
        'content-type': 'application/x-ndjson',
        'transfer-encoding': 'chunked',
      },
    });
    this.answer = new Promise<StreamedAnswer>((resolve, reject) => {
      this.request.on('error', reject);
      this.request.on('response', (response) => {
        readText(response).then((text) => {
          const { statusCode: status = 0, headers } = response;
          resolve({ status, headers, text });
        }, reject);
      });
    }).finally(() => {
      this.over = true;
    });
    this.answer.catch(() => undefined); // Who does not ask for the answer does not care how it ends.
  }

  /** Resolves when the socket has taken it; after an early answer nothing is sent any more. */
  async write(text: string): Promise<void> {
    if (this.over || this.request.write(text)) return;
    const answered = this.answer.catch(() => undefined); // A failure is told to whoever asks for the answer.
    await Promise.race([once(this.request, 'drain'), answered]);
  }

  /** The body's end. */
  end(): Promise<StreamedAnswer> {
    this.request.end();
    return this.answer;
  }

  /** The client is gone, in the middle of the body. */
  breakOff(): void {
    this.request.destroy();
  }
}

async function readText(response: IncomingMessage): Promise<string> {
  response.setEncoding('utf8');
  let text = '';
  for await (const chunk of response) text += chunk as string;
  return text;
}
