import { examplesOf } from './example';
import { FAULTY_TARGETS, FINE_TARGETS, POINTLESS_TARGETS } from './targets';

const URL = 'oci://registry.example.com/plugin:v1';
const TWO_BYTES = 'é';
const DRY_RUN = { annotations: { 'istio.io/dry-run': 'true' } };
const DRY_RUN_PATH = 'metadata.annotations[istio.io/dry-run]';

/** Rules of a Wasm module: what is put into it, and where the fault is. */
const FINE_WASM = [
  ['a fragment with an escape', { url: 'https://example.com/a?b#c%20d' }],
  ['a broken escape that is not in a fragment', { url: 'https://example.com/a?b%zz' }],
  ['a pull secret of 253 bytes', { imagePullSecret: `${TWO_BYTES.repeat(126)}a` }],
  ['a plugin name of 256 bytes', { pluginName: TWO_BYTES.repeat(128) }],
  ['the name of a variable of 256 bytes', { vmConfig: { env: [{ name: TWO_BYTES.repeat(128), value: 'x' }] } }],
  ['a variable of the host', { vmConfig: { env: [{ name: 'A', valueFrom: 'HOST' }] } }],
] as const;
const FAULTY_WASM = [
  ['a pull secret of 254 bytes', { imagePullSecret: TWO_BYTES.repeat(127) }, 'imagePullSecret'],
  ['a plugin name of 257 bytes', { pluginName: `${TWO_BYTES.repeat(128)}a` }, 'pluginName'],
  ['the name of a variable of 257 bytes', { vmConfig: { env: [{ name: 'a' }, { name: `${TWO_BYTES.repeat(128)}a` }] } }, 'vmConfig.env[1].name'],
] as const;

const withTarget = <T extends readonly [string, object, ...any[]]>(rows: readonly T[], spec: object) =>
  rows.map(([about, target, ...rest]) => [about, { ...spec, ...target }, ...rest] as any);

export const WASM_PLUGINS = examplesOf('WasmPlugin', {
  accepted: [
    ...withTarget(FINE_TARGETS, { url: URL }),
    ['the target of the singular field', { url: URL, targetRef: { kind: 'Service', name: 'a' } }],
    ...FINE_WASM.map(([about, fields]) => [about, { url: URL, ...fields }] as const),
  ],
  warned: withTarget(POINTLESS_TARGETS, { url: URL }),
  refused: [
    ...withTarget(FAULTY_TARGETS, { url: URL }),
    ['a Pod in the singular field', { url: URL, targetRef: { kind: 'Pod', name: 'a' } }, 'spec.targetRef'],
    ...FAULTY_WASM.map(([about, fields, field]) => [about, { url: URL, ...fields }, `spec.${field}`] as const),
    ['a dry run', { url: URL }, DRY_RUN_PATH, DRY_RUN],
  ],
});

export const TRAFFIC_EXTENSIONS = examplesOf('TrafficExtension', {
  accepted: [
    ...withTarget(FINE_TARGETS, { lua: { inlineCode: 'x' } }),
    ...FINE_WASM.map(([about, fields]) => [about, { wasm: { url: URL, ...fields } }] as const),
    ['Lua of 65536 bytes', { lua: { inlineCode: TWO_BYTES.repeat(32_768) } }],
  ],
  warned: withTarget(POINTLESS_TARGETS, { lua: { inlineCode: 'x' } }),
  refused: [
    ...withTarget(FAULTY_TARGETS, { lua: { inlineCode: 'x' } }),
    ...FAULTY_WASM.map(([about, fields, field]) => [about, { wasm: { url: URL, ...fields } }, `spec.wasm.${field}`] as const),
    ['Lua of 65537 bytes', { lua: { inlineCode: `${TWO_BYTES.repeat(32_768)}a` } }, 'spec.lua.inlineCode'],
    ['a dry run', { lua: { inlineCode: 'x' } }, DRY_RUN_PATH, DRY_RUN],
  ],
});
