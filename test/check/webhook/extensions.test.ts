import { testExamples } from './examples/example';
import { TRAFFIC_EXTENSIONS, WASM_PLUGINS } from './examples/extensions';

describe('a WasmPlugin', () => testExamples(WASM_PLUGINS));
describe('a TrafficExtension', () => testExamples(TRAFFIC_EXTENSIONS));
