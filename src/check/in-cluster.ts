import { admittedBy } from './check';
import { MeshFacts } from './facts/mesh-facts';
import { Finding, FindingOf } from './finding';
import { MeshObject } from '../manifest/mesh-object';
import { MeshSnapshot } from '../manifest/mesh-snapshot';

/** What a cluster would hold of what is given. */
export interface InCluster {
  readonly mesh: MeshFacts;
  /** What the API server or istiod's webhook says of the objects that are not in it. */
  readonly refused: readonly Finding[];
}

/** Applies a snapshot: an object that the API server or istiod's webhook refuses changes nothing. */
export function inCluster(snapshot: MeshSnapshot): InCluster {
  const refused: Finding[] = [];
  const admitted = (objects: Iterable<MeshObject>): MeshObject[] => [...objects].flatMap((object) => {
    const found: FindingOf[] = [];
    const json = admittedBy(object, found);
    const errors = found.flatMap(({ finding }) => finding.severity === 'error' ? [finding] : []);
    refused.push(...errors);
    return errors.length > 0 ? [] : [json];
  });
  const objects = admitted(snapshot.objects);
  const context = admitted(snapshot.context);
  return { mesh: new MeshFacts(new MeshSnapshot(objects, snapshot.problems, { ...snapshot.completeness, context })), refused };
}
