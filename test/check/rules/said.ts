import { parseAllDocuments } from 'yaml';
import { check } from '../../../src/check/check';
import { Finding } from '../../../src/check/finding';
import { MeshSnapshot } from '../../../src/manifest/mesh-snapshot';
import { toMeshObject } from '../../../src/manifest/to-mesh-object';

/** What one rule says of YAML that is the whole mesh, or a part of it. */
export function said(code: string, yaml: string, { complete = true, preset = 'strict' as 'recommended' | 'strict' } = {}): readonly Finding[] {
  const objects = parseAllDocuments(yaml).flatMap((document) => {
    const json = document.toJS();
    return json ? [toMeshObject(json, {}, 'default')] : [];
  });
  return check(new MeshSnapshot(objects, [], { complete }), { preset }).findings.filter((finding) => finding.code === code);
}

export function pathsSaid(code: string, yaml: string): string[] {
  return said(code, yaml).map(({ name, path }) => `${name} ${path}`);
}

/** A VirtualService of one line for each rule: `http` as YAML. */
export function virtualService(name: string, spec: string, namespace = 'shop'): string {
  return `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${name}, namespace: ${namespace} }
spec: ${spec}
`;
}

export function destinationRule(name: string, spec: string, namespace = 'shop'): string {
  return `---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: ${name}, namespace: ${namespace} }
spec: ${spec}
`;
}
