/** A module for proxies, put together byte by byte: the least that Envoy takes for one of the proxy-wasm ABI 0.2.1. */
export interface WasmBinaryOptions {
  /** A header that every response gets. */
  readonly header?: { readonly name: string; readonly value: string };
  /** What breaks: the start, or each request. */
  readonly breaks?: 'start' | 'request';
}

const I32 = 0x7f;
const OP = { unreachable: 0x00, end: 0x0b, call: 0x10, drop: 0x1a, i32const: 0x41 };
/** Which headers are meant, by the ABI's numbers. */
const RESPONSE_HEADERS = 2;
/** Where data is given to the module, behind its own texts. */
const HEAP = 4096;

/** The module in the binary format of WebAssembly. */
export function wasmBinary({ header, breaks }: WasmBinaryOptions): Buffer {
  const { name, value } = header ?? { name: 'x', value: '' };
  const constant = (number: number) => [OP.i32const, ...signed(number)];
  const addHeader = header === undefined ? [] : [
    ...constant(RESPONSE_HEADERS), ...constant(0), ...constant(name.length), ...constant(name.length), ...constant(value.length), OP.call, 0, OP.drop,
  ];
  const returns = (number: number) => [...constant(number), OP.end];
  /** What is exported, with the type of each and what it does. */
  const functions: [name: string, type: number, code: number[]][] = [
    ['proxy_abi_version_0_2_1', 0, [OP.end]],
    ['_initialize', 0, [OP.end]],
    ['proxy_on_memory_allocate', 1, returns(HEAP)],
    ['proxy_on_context_create', 2, [OP.end]],
    ['proxy_on_vm_start', 3, returns(breaks === 'start' ? 0 : 1)],
    ['proxy_on_configure', 3, returns(1)],
    ['proxy_on_request_headers', 4, breaks === 'request' ? [OP.unreachable, OP.end] : returns(0)],
    ['proxy_on_response_headers', 4, [...addHeader, ...returns(0)]],
  ];
  const types = [[[], []], [[I32], [I32]], [[I32, I32], []], [[I32, I32], [I32]], [[I32, I32, I32], [I32]], [[I32, I32, I32, I32, I32], [I32]]];
  const IMPORTED = 1;
  return Buffer.from([
    0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00,
    ...section(1, vector(types.map(([given, returned]) => [0x60, ...bytes(given), ...bytes(returned)]))),
    ...section(2, vector([[...text('env'), ...text('proxy_add_header_map_value'), 0x00, 5]])),
    ...section(3, vector(functions.map(([, type]) => [type]))),
    ...section(5, vector([[0x00, 1]])),
    ...section(7, vector([[...text('memory'), 0x02, 0], ...functions.map(([exported], index) => [...text(exported), 0x00, ...unsigned(IMPORTED + index)])])),
    ...section(10, vector(functions.map(([, , code]) => bytes([0, ...code])))),
    ...section(11, vector([[0x00, ...constant(0), OP.end, ...text(name + value)]])),
  ]);
}

function section(id: number, content: number[]): number[] {
  return [id, ...bytes(content)];
}

function vector(items: number[][]): number[] {
  return [...unsigned(items.length), ...items.flat()];
}

function bytes(content: readonly number[]): number[] {
  return [...unsigned(content.length), ...content];
}

function text(value: string): number[] {
  return bytes([...Buffer.from(value)]);
}

/** LEB128: seven bits a byte, the lowest first, and a bit that says whether more follow. */
function unsigned(value: number): number[] {
  return value < 128 ? [value] : [value % 128 + 128, ...unsigned(Math.floor(value / 128))];
}

/** Of what is not negative: the highest bit would be read as a sign. */
function signed(value: number): number[] {
  return value < 64 ? [value] : [value % 128 + 128, ...signed(Math.floor(value / 128))];
}
