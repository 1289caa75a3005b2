import { parseAllDocuments } from 'yaml';
import { MeshFacts } from '../../../src/check/facts/mesh-facts';
import { MeshSnapshot } from '../../../src/manifest/mesh-snapshot';
import { toMeshObject } from '../../../src/manifest/to-mesh-object';

/** The facts of YAML. */
export function meshOf(yaml: string): MeshFacts {
  return new MeshFacts(new MeshSnapshot(parseAllDocuments(yaml).flatMap((document) => {
    const json = document.toJS();
    return json ? [toMeshObject(json, {}, 'default')] : [];
  })));
}
