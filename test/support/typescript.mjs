// Lets a child process of a test run the TypeScript sources, without a build:
// node --conditions=source --import <this file> some.ts
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
