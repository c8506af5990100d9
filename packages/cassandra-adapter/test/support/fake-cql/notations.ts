import type { Frame } from './frames.ts';

/** A column's value with its type, as a server sends it. */
type Value =
  | { readonly type: 'text'; readonly value: string }
  | { readonly type: 'uuid'; readonly value: string }
  | { readonly type: 'inet'; readonly value: string }
  | { readonly type: 'boolean'; readonly value: boolean }
  /** Undefined: null. */
  | { readonly type: 'texts'; readonly value: readonly string[] | undefined }
  | { readonly type: 'map'; readonly value: Readonly<Record<string, string>> };

export type Row = Readonly<Record<string, Value>>;

const textType = 0x0d;
const typeCodes: Readonly<Record<Value['type'], readonly number[]>> = {
  text: [textType],
  uuid: [0x0c],
  inet: [0x10],
  boolean: [0x04],
  texts: [0x22, textType],
  map: [0x21, textType, textType],
};

export function short(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function int(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

export function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([short(bytes.length), bytes]);
}

/** The text of a query: a long string at the beginning of its body. */
export function queryText({ body }: Frame): string {
  return body.toString('utf8', 4, 4 + body.readInt32BE(0));
}

/** The body of a result without rows. */
export const voidResult: Buffer = int(1);

/** The body of a result that answers `USE`. */
export function keyspaceResult(keyspace: string): Buffer {
  return Buffer.concat([int(3), text(keyspace)]);
}

/** The body of a result with rows, all of the columns of the first. */
export function rowsResult(rows: readonly Row[]): Buffer {
  const columns = Object.entries(rows[0] ?? {});
  const hasOneTable = 1;
  const described = columns.flatMap(([name, { type }]) => [text(name), ...typeCodes[type].map(short)]);
  const values = rows.flatMap((row) => Object.values(row).map((value) => (value.value === undefined ? int(-1) : sized(encoded(value)))));
  const head = [int(2), int(hasOneTable), int(columns.length), text('system'), text('table')];
  return Buffer.concat([...head, ...described, int(rows.length), ...values]);
}

/** The body of an event about a node. */
export function nodeEvent(type: string, change: string, address: string, port: number): Buffer {
  return Buffer.concat([text(type), text(change), Buffer.from([4]), inet(address), int(port)]);
}

/** The body of an error. */
export function errorBody(code: number, message: string): Buffer {
  return Buffer.concat([int(code), text(message)]);
}

function encoded(value: Value): Buffer {
  switch (value.type) {
    case 'text':
      return Buffer.from(value.value);
    case 'uuid':
      return Buffer.from(value.value.replaceAll('-', ''), 'hex');
    case 'inet':
      return inet(value.value);
    case 'boolean':
      return Buffer.from([value.value ? 1 : 0]);
    case 'texts': {
      const { value: texts = [] } = value;
      return Buffer.concat([int(texts.length), ...texts.map((each) => sized(Buffer.from(each)))]);
    }
    case 'map': {
      const pairs = Object.entries(value.value);
      return Buffer.concat([int(pairs.length), ...pairs.flat().map((each) => sized(Buffer.from(each)))]);
    }
    default:
      return value satisfies never;
  }
}

function sized(value: Buffer): Buffer {
  return Buffer.concat([int(value.length), value]);
}

function inet(address: string): Buffer {
  return Buffer.from(address.split('.').map(Number));
}
