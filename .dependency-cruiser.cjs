/**
 * The direction of imports, checked by `npm run imports:check`:
 *
 *   apps -> ingestion -> persistence -> domain -> errors
 *                        auth, queue
 *   cli -> client -> auth, errors
 *
 * `wire`, for its words and for what a campaign can be told, is open to all of these. `config`, `lifecycle` and `auth` may be
 * used by the apps; `embedded` by the apps that start servers. `queue` has `config` read REDIS_URL.
 */
const only = (name, comment, allowed, modules) => ({
  name,
  comment,
  severity: 'error',
  from: { pathNot: allowed },
  to: { path: modules.map((module) => `node_modules/${module}/`) },
});

const lib = (name, mayImport) => ({
  name: `${name}-imports-${mayImport.length ? mayImport.join('-') : 'nothing'}`,
  severity: 'error',
  from: { path: `^libs/${name}/` },
  to: { path: '^(libs|apps|test|bench)/', pathNot: `^libs/(${[name, ...mayImport].join('|')})/` },
});

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment: "Prisma's generated files import each other as they please.",
      severity: 'error',
      from: { pathNot: '^libs/persistence/src/generated' },
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: { pathNot: '^libs/persistence/src/generated' },
      to: { couldNotResolve: true },
    },
    lib('errors', []),
    lib('domain', ['errors', 'wire']),
    lib('config', []),
    lib('auth', ['wire']),
    lib('embedded', []),
    lib('lifecycle', []),
    lib('persistence', ['errors', 'domain', 'wire']),
    lib('queue', ['config']),
    lib('ingestion', ['errors', 'domain', 'auth', 'persistence', 'queue', 'wire']),
    lib('wire', []),
    lib('client', ['errors', 'auth', 'wire']),
    lib('logging', []),
    lib('servers', ['lifecycle', 'logging', 'persistence', 'queue']),
    {
      name: 'a-lib-is-entered-by-its-index',
      severity: 'error',
      from: { path: '^(libs/[^/]+|apps/[^/]+|bench|test)/' },
      to: { path: '^libs/[^/]+/src/(?!index)', pathNot: '^$1/' },
    },
    {
      name: 'apps-do-not-import-each-other',
      comment:
        'Those that run others whole (standalone, demo) are the exception; demo shows what it does as cli would.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/', pathNot: '^apps/(standalone|demo)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'cli-is-a-client',
      comment: 'What the service is made of is not in reach of those who only talk to it.',
      severity: 'error',
      from: { path: '^apps/cli/' },
      to: { path: '^libs/', pathNot: '^libs/(auth|client|config|errors|lifecycle|wire)/' },
    },
    {
      name: 'domain-is-pure',
      comment:
        'Domain, errors and the words on the wire know neither Nest nor Prisma nor BullMQ nor the machine.',
      severity: 'error',
      from: { path: '^libs/(domain|errors|wire)/', pathNot: '\\.spec\\.ts$' },
      to: { dependencyTypes: ['npm', 'npm-dev', 'core'] },
    },
    only(
      'only-persistence-imports-prisma',
      "The test that asks Prisma's schema engine is the exception.",
      '^(libs/persistence/|prisma\\.config|test/support/schema-diff\\.ts)',
      ['@prisma', 'prisma'],
    ),
    only(
      'only-persistence-speaks-to-postgres',
      'Beside it: what starts or migrates a server before there is a schema, and yardsticks.',
      '^(libs/persistence/|libs/embedded/|libs/queue/src/migrate-queue\\.ts|bench/|test/)',
      ['pg'],
    ),
    only(
      'libs-know-no-nest',
      'The apps make the classes of the libs in their modules. The logger that Nest is given speaks its interface.',
      '^(apps/|test/|libs/logging/src/nest-log\\.ts)',
      ['@nestjs'],
    ),
    {
      name: 'no-undeclared-package',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    only('only-queue-imports-bullmq', '', '^(libs/queue/|bench/|test/)', ['bullmq', 'ioredis']),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'node', 'default', 'types'],
    },
  },
};
