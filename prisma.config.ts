import { defineConfig } from 'prisma/config';

// Prisma's own command line reads the URL here; the service itself gets it from libs/config.
const url = process.env.DATABASE_URL;

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  ...(url === undefined ? {} : { datasource: { url } }),
});
