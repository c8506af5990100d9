import type { OptionKind } from './option-table.ts';
import { placedOptions, srvOptions, uriOptions } from './option-table.ts';

type Table = Readonly<Record<string, OptionKind<unknown>>>;

/** One of the two forms of connection string, and the options that it takes. */
export interface UriForm {
  /** Checked here, printed in a place of their own. */
  readonly placed: Table;
  /** Printed as `name=value`, in this order. */
  readonly printed: Table;
  /** Options that only the other form takes, and why. */
  readonly misplaced: ReadonlyMap<string, string>;
  /** What `tls` is when nothing is said about it: undefined = not printed. */
  readonly defaultTls: boolean | undefined;
}

const { port: _port, include: _include, maxHosts: _maxHosts, ...placedInBoth } = placedOptions;

/** `mongodb://` and a list of hosts. */
export const listForm: UriForm = {
  placed: placedOptions,
  printed: uriOptions,
  misplaced: new Map(Object.keys(srvOptions).map((name) => [name, 'only mongoSrvConnectionString takes it'])),
  defaultTls: undefined,
};

/** `mongodb+srv://` and one name. TLS is what drivers take it to mean, so the string says it. */
export const srvForm: UriForm = {
  placed: placedInBoth,
  printed: { ...uriOptions, ...srvOptions },
  misplaced: new Map([
    ['port', 'the port of a mongodb+srv string comes from DNS'],
    ['include', 'the hosts of a mongodb+srv string come from DNS'],
    ['maxHosts', 'the hosts of a mongodb+srv string come from DNS; srvMaxHosts limits them for mongos'],
  ]),
  defaultTls: true,
};
