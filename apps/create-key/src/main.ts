import { SecretBox } from '#auth';
import { readEnvironment, readSettings } from '#config';
import { KeyRing } from '#ingestion';
import { explain, POSTGRES, reach, runProgram } from '#lifecycle';
import { ApiKeyStore, assertSchemaIsCurrent, Database } from '#persistence';
import { readArguments, USAGE } from './arguments.ts';

/** Makes a key without the API: the first one, or one for when no token is at hand. */
await runProgram(async () => {
  const wanted = readArguments(process.argv.slice(2));
  if (wanted === null) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  const { databaseUrl, masterKey } = readSettings(readEnvironment(), 'keys');
  const database = new Database({
    url: databaseUrl,
    poolSize: 1,
    applicationName: 'dialgate-create-key',
    onIdleError: (error) => {
      throw error;
    },
  });
  try {
    await reach(POSTGRES, () => database.ping());
    const { key, secretKey, token } = await explain(POSTGRES, async () => {
      await assertSchemaIsCurrent(database.pool);
      const ring = new KeyRing(new ApiKeyStore(database), new SecretBox(masterKey));
      await ring.assertMasterKey();
      return ring.issue(wanted);
    });
    const { accessKey, vdnId, name, roles, expiresAt } = key;
    const shown = { accessKey, secretKey, token, vdnId, name, roles, expiresAt };
    process.stdout.write(`${JSON.stringify(shown, null, 2)}\n`);
  } finally {
    await database.close();
  }
});
