import type { ServiceIdentity } from '@peerset/core';
import { InvalidOptionsError } from '@peerset/core/errors';
import { unknownHostCount } from './conflicts.ts';
import { userinfo } from './credentials.ts';
import { readHost } from './hosts.ts';
import type { MongoSrvUriOptions } from './options.ts';
import { pathAndQuery, printOptions } from './print-options.ts';
import { srvForm } from './uri-form.ts';

/**
 * The `mongodb+srv://` string for a Service: drivers ask DNS for `_mongodb._tcp.<service>`, so only use it when the Service has a port of
 * that name, or of `srvServiceName`. `tls` is always printed and is `true` unless given, as by the specification. Nothing is gained after
 * the start: drivers of a replica set ask once, and fail when no pod is published at that moment.
 * Rules: the initial DNS seedlist discovery specification, and those of `mongoConnectionString`.
 *
 * @param service - The `service` of a snapshot or watcher. Its `host` must be the full name: drivers use no search list.
 * @throws {InvalidOptionsError} `INVALID_OPTIONS` with every option and combination that is refused, `port`, `include` and `maxHosts` among
 * them; a secret is shown as `[hidden]`.
 */
export function mongoSrvConnectionString(service: ServiceIdentity, options: MongoSrvUriOptions): string {
  const { database = '', credentials = {} } = options;
  const { host, issues: hostIssues } = readHost(service.host, 'service.host');
  const { pairs, ...printed } = printOptions(options, srvForm, unknownHostCount);
  const issues = [...printed.issues, ...hostIssues];
  if (issues.length > 0) throw new InvalidOptionsError(issues);
  return `mongodb+srv://${userinfo(credentials)}${host}${pathAndQuery(database, pairs)}`;
}
