// What `npm run demo`, `npm test` and `npm start` do first: packages, Prisma's client and the build, each only if it is
// missing or no longer matches its sources. Says nothing when there is nothing to do.
import './node-version.mjs';
import { runAlone } from './alone.mjs';
import { build, isBuilt } from './build.mjs';
import { generate, isGenerated } from './generate.mjs';
import { install, isInstalled } from './install.mjs';
import { say } from './run.mjs';

const isReady = async () => (await isInstalled()) && (await isGenerated()) && (await isBuilt());

// First a look without the lock: a checkout that is ready may be read-only. Another setup that is under way has taken its
// stamps off, so what it has not finished looks like what it is.
if (!(await isReady())) {
  await runAlone(async (onStart) => {
    if (!(await isInstalled())) {
      say('installing the packages (npm ci)…');
      await install(onStart);
    }
    if (!(await isGenerated())) {
      say("generating Prisma's client…");
      await generate(onStart);
    }
    if (!(await isBuilt())) {
      say('building…');
      await build(onStart);
    }
  });
}
