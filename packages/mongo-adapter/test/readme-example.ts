import { mongoConnectionString, redactConnectionString } from '@peerset/mongo-adapter';

// A snapshot of @peerset/core fits as it is; so does any list of names.
const peers = [1, 0, 2].map((ordinal) => ({
  name: `color-ss-${ordinal}`,
  ordinal,
  host: `color-ss-${ordinal}.color-svc.default.svc.cluster.local`,
}));
export const uri: string = mongoConnectionString(peers, {
  replicaSet: 'rs0',
  database: 'colors',
  credentials: { username: 'app', password: 'p@ss/word' },
  w: 'majority',
});
export const forLogs: string = redactConnectionString(uri);
