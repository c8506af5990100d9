const mask = '***';

/**
 * A connection string that may be logged: `***` for user and password, and for every option whose name speaks of a password, a user, a
 * token or a secret, or whose value holds an AWS session token. Never throws, and hides rather too much than too little: whatever
 * stands before the last `@` is taken for credentials, because passwords are often not encoded as they should be.
 */
export function redactConnectionString(uri: string): string {
  const at = uri.lastIndexOf('@');
  const scheme = /^[a-z+]*:\/\//i.exec(uri)?.[0] ?? '';
  const rest = at < scheme.length ? uri.slice(scheme.length) : `${mask}${uri.slice(at)}`;
  const [hosts = '', ...query] = rest.split('?');
  return (
    scheme +
    [
      hosts,
      ...query.map((part) =>
        part
          .split(/([&;])/)
          .map(redactOption)
          .join(''),
      ),
    ].join('?')
  );
}

function redactOption(option: string): string {
  const equals = option.indexOf('=');
  if (equals === -1) return option;
  const [name, value] = [decoded(option.slice(0, equals)), decoded(option.slice(equals + 1))];
  const isSecret = /pass|user|token|secret/i.test(name) || /aws_session_token/i.test(value);
  return isSecret ? `${option.slice(0, equals)}=${mask}` : option;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not valid percent-encoding: what can be read is what is there.
    return text;
  }
}
