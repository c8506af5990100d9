const mask = '***';

/**
 * A connection string that may be logged: `***` for user and password, and for every option whose name speaks of a password, a user, a
 * token or a secret, or whose value holds an AWS session token. Never throws, and hides rather too much than too little: whatever
 * stands before the last `@` is taken for credentials, because passwords are often not encoded as they should be; without an `@`, hosts
 * that are followed by something other than a port are hidden all together.
 */
export function redactConnectionString(uri: string): string {
  const at = uri.lastIndexOf('@');
  const scheme = /^[a-z+]*:\/\//i.exec(uri)?.[0] ?? '';
  const hasUser = at >= scheme.length;
  const start = hasUser ? `${scheme}${mask}@` : scheme;
  const [hosts, query] = cutQuery(uri.slice(hasUser ? at + 1 : scheme.length));
  if (!endsInSecret(hasUser ? uri.slice(0, at) : '') && areHosts(hosts, query)) return start + hosts + redactQuery(query, false);
  const separator = /[&;]/.exec(hosts)?.index ?? hosts.length;
  return start + mask + redactQuery(hosts.slice(separator) + query, true);
}

/** With an `@` inside of a secret option, what follows is the rest of the secret. */
function endsInSecret(text: string): boolean {
  const options = text.split(/[?&;]/).filter((part) => part.includes('='));
  return isSecretOption(options.at(-1) ?? '');
}

/** What stands before the first question mark, and the rest with it. */
function cutQuery(text: string): readonly [string, string] {
  const mark = text.indexOf('?');
  return mark === -1 ? [text, ''] : [text.slice(0, mark), text.slice(mark)];
}

/** `user:password` whose `@` is missing or encoded looks like a host with a strange port. */
function areHosts(text: string, query: string): boolean {
  if (/^[^=]*%40/.test(text + query)) return false;
  const [hosts = ''] = text.split('/');
  return hosts.split(',').every((host) => /^(?:\[[\da-f:.]*\]|[^:[\]]*)(?::\d{0,5})?$/i.test(host));
}

/** A part without `=` after a secret is the rest of a secret that is not encoded. */
function redactQuery(query: string, isAfterSecret: boolean): string {
  let isHiding = isAfterSecret;
  return query
    .split(/([?&;])/)
    .map((part, index) => {
      if (index % 2 === 1 || part === '') return part;
      if (!part.includes('=')) return isHiding ? mask : part;
      isHiding = isSecretOption(part);
      return isHiding ? `${part.slice(0, part.indexOf('='))}=${mask}` : part;
    })
    .join('');
}

function isSecretOption(option: string): boolean {
  const equals = option.indexOf('=');
  if (equals === -1) return false;
  const [name, value] = [decoded(option.slice(0, equals)), decoded(option.slice(equals + 1))];
  if (/pass|pwd|user|token|secret|credential/i.test(name)) return true;
  // TOKEN_RESOURCE is no secret: it says whom a token is for.
  return /aws_session_token/i.test(value) || (/properties$/i.test(name) && /pass|secret/i.test(value));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not valid percent-encoding: what can be read is what is there.
    return text;
  }
}
