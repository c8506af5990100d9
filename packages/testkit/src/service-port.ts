import { checkInteger, checkKnownKeys, checkLabel, checkOneOf } from './check-options.ts';
import { TestkitError } from './errors.ts';

/** A port as a Service declares it. */
export interface PortOptions {
  /** Needed with more than one port. Without a name there is no `_port._protocol` name. */
  name?: string;
  /** 1 to 65535. */
  port: number;
  /** The pods' port: what SRV records of a headless Service carry. 1 to 65535, default `port`. */
  targetPort?: number;
  /** Default `TCP`. */
  protocol?: 'TCP' | 'UDP' | 'SCTP';
}

/** A port with its defaults filled in. */
export interface ServicePort {
  readonly name: string | undefined;
  readonly port: number;
  readonly targetPort: number;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
}

/** Checks ports and fills in defaults. */
export function servicePorts(what: string, options: readonly PortOptions[]): readonly ServicePort[] {
  const ports = options.map((option) => servicePort(what, option));
  if (ports.length > 1 && ports.some(({ name }) => name === undefined)) {
    throw new TestkitError('INVALID_OPTIONS', `${what}: every port needs a name when there is more than one`);
  }
  const names = ports.map(({ name }) => name);
  const twice = names.find((name, index) => name !== undefined && names.indexOf(name) !== index);
  if (twice !== undefined) throw new TestkitError('INVALID_OPTIONS', `${what}: two ports are called ${twice}`);
  return ports;
}

function servicePort(what: string, options: PortOptions): ServicePort {
  checkKnownKeys(`a port of ${what}`, options, ['name', 'port', 'targetPort', 'protocol']);
  const { name, port, targetPort = port, protocol = 'TCP' } = options;
  if (name !== undefined) checkLabel(`the name of a port of ${what}`, name);
  checkInteger(`port of ${what}`, port, 1, 65_535);
  checkInteger(`targetPort of ${what}`, targetPort, 1, 65_535);
  checkOneOf(`protocol of ${what}`, protocol, ['TCP', 'UDP', 'SCTP']);
  return { name, port, targetPort, protocol };
}
