import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Chart, JsonPatch } from 'cdk8s';
import * as fc from 'fast-check';
import { parse, parseAllDocuments } from 'yaml';
import { extensions, networking, security, telemetry } from '../../src';
import { IstioKind, IstioObject } from '../../src/model/istio-object';
import { messageOf, yamlOf } from '../support/shop';

const CRDS = parseAllDocuments(readFileSync(join(__dirname, '../../crds/istio-1.31.yaml'), 'utf8'))
  .map((document) => document.toJS())
  .filter((crd) => crd !== null);

/** Fields whose generated name is another, as the generated code itself says. */
const GENERATED_NAMES = new Map(['networking', 'security', 'telemetry', 'extensions'].flatMap((group) =>
  [...readFileSync(join(__dirname, `../../src/imports/${group}.istio.io.ts`), 'utf8').matchAll(/^ +'(\w+)': .*?\bobj\.(\w+)/gm)]
    .map(([, wire, generated]): [string, string] => [wire, generated])));

const KINDS: Record<IstioKind, (props: any) => any> = {
  VirtualService: networking.VirtualService.manifest,
  DestinationRule: networking.DestinationRule.manifest,
  Sidecar: networking.Sidecar.manifest,
  EnvoyFilter: networking.EnvoyFilter.manifest,
  Gateway: networking.Gateway.manifest,
  ServiceEntry: networking.ServiceEntry.manifest,
  WorkloadEntry: networking.WorkloadEntry.manifest,
  WorkloadGroup: networking.WorkloadGroup.manifest,
  ProxyConfig: networking.ProxyConfig.manifest,
  RequestAuthentication: security.RequestAuthentication.manifest,
  PeerAuthentication: security.PeerAuthentication.manifest,
  AuthorizationPolicy: security.AuthorizationPolicy.manifest,
  Telemetry: telemetry.Telemetry.manifest,
  WasmPlugin: extensions.WasmPlugin.manifest,
  TrafficExtension: extensions.TrafficExtension.manifest,
};

/** Of one field the CRD has two spellings, and the generated class writes the one that the documentation does not. */
function documented(this: any, key: string, value: unknown): unknown {
  if (key !== 'jwks_uri') return value;
  this.jwksUri = value;
  return undefined;
}

function schemaOf(kind: string): any {
  return CRDS.find((crd) => crd.spec.names.kind === kind).spec.versions[0].schema.openAPIV3Schema.properties.spec;
}

const KEYS = fc.constantFrom('app', 'consecutive5XxErrors', 'toString', 'x-end-user');

/** Any value of that shape, in the generated names; oneOf and patterns do not matter for names. */
function valueOf(schema: any): fc.Arbitrary<unknown> {
  if (schema.enum) return fc.constantFrom(...schema.enum);
  switch (schema.type) {
    case 'object': return schema.properties
      ? fc.record(fieldsOf(schema), { requiredKeys: [], noNullPrototype: true })
      : fc.dictionary(KEYS, valueOf(schema.additionalProperties ?? { type: 'string' }), { maxKeys: 2, noNullPrototype: true });
    case 'array': return fc.array(valueOf(schema.items), { maxLength: 2 });
    case 'integer': return fc.nat(100);
    case 'number': return fc.nat(100);
    case 'boolean': return fc.boolean();
    default: return fc.constantFrom('', 'a', 'on', '5s');
  }
}

function fieldsOf(schema: any): Record<string, fc.Arbitrary<unknown>> {
  return Object.fromEntries(Object.entries(schema.properties).map(([name, field]) => [GENERATED_NAMES.get(name) ?? name, valueOf(field)]));
}

function object(kind: IstioKind, spec: unknown): IstioObject<any> {
  return new IstioObject<any>(new Chart(new App(), 'chart'), 'object', { kind, metadata: { name: 'a' }, spec: () => spec as any });
}

describe.each(Object.keys(KINDS) as IstioKind[])('a plain %s', (kind) => {
  test('says what the generated class says, for any spec', () => {
    fc.assert(fc.property(valueOf(schemaOf(kind)), (spec) => {
      const { spec: written, ...rest } = object(kind, spec).toJson();
      const generated = KINDS[kind]({ metadata: { name: 'a' }, spec });
      expect(written ?? {}).toEqual(JSON.parse(JSON.stringify(generated.spec ?? {}), documented));
      expect(rest).toEqual({ apiVersion: generated.apiVersion, kind, metadata: { name: 'a' } });
    }), { numRuns: 150 });
  });

  test('keeps a field that nobody knows', () => {
    const it = object(kind, {});
    it.addJsonPatch(JsonPatch.add('/spec/ofTomorrow', { consecutive5xxErrors: 1 }));
    expect(parse(yamlOf(it)).spec).toEqual({ ofTomorrow: { consecutive5xxErrors: 1 } });
  });
});

test('the generated names that differ are in the random specs', () => {
  expect([...GENERATED_NAMES].filter(([wire, generated]) => wire !== generated)).toContainEqual(['consecutive5xxErrors', 'consecutive5XxErrors']);
});

test('the spec is asked for at synth, not before', () => {
  const spec = { hosts: ['a'] };
  const it = object('VirtualService', spec);
  spec.hosts.push('b');
  expect(it.toJson().spec.hosts).toEqual(['a', 'b']);
});

describe('strings that YAML readers take for something else', () => {
  const AMBIGUOUS = ['on', 'y', 'no', '1e3', '017', '1_000', '', '~', 'null', 'true', '0x1f', '1.5', '2001-01-01', '08', '-1', '.5'];

  test('come out as the strings they are', () => {
    const { spec } = parse(yamlOf(object('VirtualService', { hosts: AMBIGUOUS })), { version: '1.1' });
    expect(spec.hosts).toEqual(AMBIGUOUS);
    expect(parse(yamlOf(object('VirtualService', { hosts: AMBIGUOUS })), { version: '1.2' }).spec.hosts).toEqual(AMBIGUOUS);
  });

  test.each(['0o17', '-0o7', '0X1f', '-_1', '1e1_0'])('"%s" is refused with the construct and the field', (text) => {
    expect(messageOf(() => object('VirtualService', { hosts: ['a', text] }).toJson()))
      .toBe(`[chart/object] spec.hosts[1] is the string "${text}", which cdk8s writes without quotes and Kubernetes then reads as a number. Choose another value.`);
  });

  test('are refused as keys and in metadata too', () => {
    const labelled = new IstioObject<any>(new Chart(new App(), 'chart'), 'object', { kind: 'Gateway', metadata: { labels: { rev: '0o17' } }, spec: () => ({}) });
    expect(() => labelled.toJson()).toThrow('metadata.labels.rev is the string "0o17"');
    expect(() => object('Gateway', { selector: { '0o17': 'a' } }).toJson()).toThrow('spec.selector.a key is the string "0o17"');
  });

  test('in a match the message says how to match them all the same', () => {
    const spec = { http: [{ match: [{ headers: { 'x-a': { exact: '0o17' } } }] }] };
    expect(() => object('VirtualService', spec).toJson()).toThrow('or match it by the regex "(0o17)"');
  });

  test('are refused when a patch brings them', () => {
    const it = object('Gateway', {});
    it.addJsonPatch(JsonPatch.add('/spec/new', '0o17'));
    expect(() => it.toJson()).toThrow('spec.new is the string "0o17"');
  });
});
