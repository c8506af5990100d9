import { canonicalAddress } from '../lookup/addresses.ts';
import type { ServiceIdentity } from './service-identity.ts';

/** RFC 1035 section 2.3.4 allows 255 octets on the wire, which is 253 characters of text. */
export const LONGEST_NAME = 253;
/** RFC 1035 section 2.3.4. */
export const LONGEST_LABEL = 63;
/** Kubernetes keeps ordinals in an int32. */
export const LARGEST_ORDINAL: number = 2 ** 31 - 1;

const LABEL = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
const DOT = 46;
const DASH = 45;

/** What the text of option `service` says, or which rule it breaks. */
export type ServiceName =
  | {
      readonly kind: 'parsed';
      readonly name: string;
      readonly namespace: string | undefined;
      readonly clusterDomain: string | undefined;
    }
  | { readonly kind: 'broken'; readonly rule: string };

/** Lower case, without one trailing dot: the form in which names are compared. */
export function normalName(text: string): string {
  return lowerCase(text.endsWith('.') ? text.slice(0, -1) : text);
}

/** ASCII letters only. Others stay and are refused later: `toLowerCase` would make a plain k of the Kelvin sign. */
export function lowerCase(text: string): string {
  return /[A-Z]/.test(text) ? text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase()) : text;
}

/** Whether it is one label by RFC 1123: 1 to 63 of a-z, 0-9 and -, with - neither first nor last. */
export function isLabel(text: string): boolean {
  return LABEL.test(text);
}

/** Whether it is labels joined by dots, 253 characters at most, in normal form. */
export function isDnsName(text: string): boolean {
  return text.length <= LONGEST_NAME && text.split('.').every(isLabel);
}

/** Joins the parts, which are valid and in normal form, into an identity. Frozen. */
export function serviceIdentity(parts: {
  readonly name: string;
  readonly namespace: string;
  readonly clusterDomain: string;
}): ServiceIdentity {
  const { name, namespace, clusterDomain } = parts;
  return Object.freeze({ name, namespace, clusterDomain, host: `${name}.${namespace}.svc.${clusterDomain}` });
}

/** Reads `color-svc`, `color-svc.default`, `color-svc.default.svc` or `color-svc.default.svc.cluster.local`. */
export function parseServiceName(text: string): ServiceName {
  const normal = normalName(text);
  if (normal === '') return broken("must be a Service's name, such as color-svc");
  if (isAddress(normal)) return broken("must be a Service's name, this is an address");
  const labels = normal.split('.');
  const [name = '', namespace, svc, ...domain] = labels;
  const bad = labels.find((label) => !isLabel(label));
  if (bad !== undefined) return broken(labelRule(bad));
  if (svc !== undefined && svc !== 'svc') {
    return broken(
      labels.length === 3
        ? `three labels are read as service.namespace.svc, so the third must be svc and not ${svc}`
        : `four labels and more are read as service.namespace.svc.cluster-domain, so the third must be svc and not ${svc}`,
    );
  }
  if (normal.length > LONGEST_NAME) return broken(`must have at most ${LONGEST_NAME} characters, has ${normal.length}`);
  return { kind: 'parsed', name, namespace, clusterDomain: domain.length === 0 ? undefined : domain.join('.') };
}

/** An absolute name, or why there is none. */
export type ExpandedName =
  | { readonly kind: 'expanded'; readonly host: string }
  | { readonly kind: 'no-namespace' }
  | { readonly kind: 'broken'; readonly rule: string };

/** See `expandName`. */
export function expandNameIn(
  text: string,
  place: { readonly namespace: string | undefined; readonly clusterDomain: string },
): ExpandedName {
  const { namespace, clusterDomain } = place;
  const name = normalName(text);
  if (isAddress(name)) return broken('must be a name, this is an address');
  const labels = name.split('.');
  const bad = labels.find((label) => !isLabel(label));
  if (bad !== undefined) return broken(labelRule(bad));
  if (name.endsWith(`.${clusterDomain}`)) return absolute(name);
  if (labels.length >= 3 && labels.at(-1) === 'svc') return absolute(`${name}.${clusterDomain}`);
  if (labels.length === 3) return absolute(`${name}.svc.${clusterDomain}`);
  if (labels.length > 3) return broken(`must end in svc or in ${clusterDomain}, with more labels than pod.service.namespace`);
  return namespace === undefined ? { kind: 'no-namespace' } : absolute(`${name}.${namespace}.svc.${clusterDomain}`);
}

/** The FQDN of a peer, without a trailing dot. */
export function peerHost(name: string, service: ServiceIdentity): string {
  return `${name}.${service.host}`;
}

/**
 * The peer's name in an FQDN that lies exactly one valid label below the Service's; undefined for every other host. Case and one
 * trailing dot do not matter.
 */
export function peerNameUnder(host: string, service: ServiceIdentity): string | undefined {
  return labelAbove(host, service) ?? labelAbove(normalName(host), service);
}

function labelAbove(normal: string, service: ServiceIdentity): string | undefined {
  const cut = normal.length - service.host.length - 1;
  if (cut < 1 || normal.charCodeAt(cut) !== DOT || !normal.endsWith(service.host)) return undefined;
  const name = normal.slice(0, cut);
  return isLabel(name) ? name : undefined;
}

/** The name of a StatefulSet's pod: `color-ss-0`. */
export function ordinalName(statefulSet: string, ordinal: number): string {
  return `${statefulSet}-${ordinal}`;
}

/**
 * The ordinal in a peer's name. With `statefulSet` only that set's names have one; without it every `<base>-<ordinal>` does, unless the
 * name is the dashed form of one of the peer's own `addresses`: `10-244-1-7` is nobody's ordinal 7.
 */
export function ordinalOf(name: string, statefulSet: string | undefined, addresses: readonly string[]): number | undefined {
  if (statefulSet !== undefined) {
    const isOfSet = name.charCodeAt(statefulSet.length) === DASH && name.startsWith(statefulSet);
    return isOfSet ? ordinalIn(name.slice(statefulSet.length + 1)) : undefined;
  }
  const split = splitOrdinal(name);
  if (split === undefined) return undefined;
  return addresses.some((address) => dashedName(address) === name) ? undefined : split.ordinal;
}

/** The StatefulSet that a name `<base>-<ordinal>` would belong to; undefined for other names. */
export function statefulSetOf(name: string): string | undefined {
  return splitOrdinal(name)?.base;
}

/** The name CoreDNS gives an endpoint without hostname: `10.244.1.7` is `10-244-1-7`, `fd00::1` is `fd00--1`. */
export function dashedName(address: string): string {
  return address.replaceAll(/[.:]/g, '-');
}

/** Whether a name is the dashed form of some address. */
export function isDashedAddress(name: string): boolean {
  return canonicalAddress(name.replaceAll('-', '.')) !== undefined || canonicalAddress(name.replaceAll('-', ':')) !== undefined;
}

/** Says in words why a label is refused. */
export function labelRule(label: string): string {
  if (label === '') return 'must have no empty label';
  if (label.length > LONGEST_LABEL) return `must have labels of at most ${LONGEST_LABEL} characters, one has ${label.length}`;
  return 'must consist of labels of a-z, 0-9 and -, that begin and end with a letter or digit (RFC 1123)';
}

/** Whether text is meant as an address: every address, and IPv6 with a zone or in brackets. */
function isAddress(text: string): boolean {
  return canonicalAddress(text.replace(/^\[(.*)\]$/, '$1').replace(/%.*$/, '')) !== undefined;
}

function absolute(host: string): ExpandedName {
  if (host.length > LONGEST_NAME) return broken(`must give a name of at most ${LONGEST_NAME} characters, this has ${host.length}`);
  return { kind: 'expanded', host };
}

function broken(rule: string): { readonly kind: 'broken'; readonly rule: string } {
  return { kind: 'broken', rule };
}

function splitOrdinal(name: string): { readonly base: string; readonly ordinal: number } | undefined {
  const dash = name.lastIndexOf('-');
  const ordinal = ordinalIn(name.slice(dash + 1));
  const base = name.slice(0, Math.max(0, dash));
  return ordinal === undefined || !isLabel(base) ? undefined : { base, ordinal };
}

function ordinalIn(digits: string): number | undefined {
  if (!/^(?:0|[1-9][0-9]{0,9})$/.test(digits)) return undefined;
  const ordinal = Number(digits);
  return ordinal <= LARGEST_ORDINAL ? ordinal : undefined;
}
