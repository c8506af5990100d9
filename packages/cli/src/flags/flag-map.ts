import { cassandraFlags } from './cassandra-flags.ts';
import { longName } from './flag.ts';
import { loginFlags, mongoSidecarFlags, mongoUriFlags } from './mongo-flags.ts';
import { readyFlags, timeoutFlag } from './ready-flags.ts';
import { serviceFlags, watchFlags } from './service-flags.ts';
import { watchCommandFlags } from './watch-command-flags.ts';

const byOption: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ...watchCommandFlags,
    ...cassandraFlags,
    ...mongoSidecarFlags,
    ...mongoUriFlags,
    ...readyFlags,
    timeoutFlag,
    ...watchFlags,
    ...serviceFlags,
  ].map((flag) => [flag.option, longName(flag)]),
);

/** `--poll-interval` by `pollIntervalMs`: messages of the library name options. Where two flags set one, that of the Service stands here. */
export const flagMap: Readonly<Record<string, string>> = {
  ...byOption,
  ...Object.fromEntries(loginFlags.map((flag) => [`credentials.${flag.option}`, longName(flag)])),
  'credentials.password': '--password-file or PEERSET_PASSWORD',
};
