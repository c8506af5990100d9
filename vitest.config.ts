import { defineConfig } from 'vitest/config';

/**
 * Five kinds of tests, told apart by their file names:
 * `*.test.ts` needs no socket, `*.wire.test.ts` talks to a DNS server on loopback, `*.e2e.test.ts` starts built programs,
 * `*.real.test.ts` runs against programs of others, `*.mongod.test.ts` reads from a MongoDB that someone has (PEERSET_MONGODB_URI).
 */
export default defineConfig({
  ssr: { resolve: { conditions: ['@peerset/source'] } },
  test: {
    reporters: ['default', './tools/counts-reporter.mjs'],
    restoreMocks: true,
    // Most of the time is waiting for servers that are slow on purpose: more workers than cores.
    maxWorkers: 3,
    // Titles of table rows are told in full: docs/failure-modes.md names tests by them.
    chaiConfig: { truncateThreshold: 0 },
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts'],
      reporter: ['text', 'lcov'],
      thresholds: {
        lines: 90,
        functions: 90,
        branches: 80,
        statements: 90,
        // What decides who is a member.
        'packages/core/src/{membership,service}/**/*.ts': { lines: 98, branches: 95 },
        'packages/core/src/lookup/plan-round.ts': { lines: 98, branches: 95 },
      },
    },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{packages,examples,docs}/**/test/**/*.test.ts', '{bench,tools}/test/**/*.test.ts'],
          exclude: ['**/*.wire.test.ts', '**/*.e2e.test.ts', '**/*.real.test.ts', '**/*.mongod.test.ts', '**/node_modules/**'],
          // A limit for what hangs: thousands of random cases take long on a machine that is busy.
          testTimeout: 30_000,
          // Unit tests keep no module state, and isolation would cost ten times the tests themselves on two cores.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'wire',
          include: ['{packages,examples,docs}/**/test/**/*.wire.test.ts'],
          exclude: ['**/node_modules/**'],
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['packages/cli/test/e2e/*.e2e.test.ts', 'examples/test/*.e2e.test.ts'],
          globalSetup: 'packages/cli/test/e2e/build-command.ts',
          // A command may take its time beside other work; what is timed has bounds of its own.
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'mongod',
          include: ['packages/mongo-adapter/test/mongod/*.mongod.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'real',
          include: ['{packages/*,examples}/test/**/*.real.test.ts'],
          exclude: ['**/node_modules/**'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
