import { MeshObject } from '../../manifest/mesh-object';
import { Admission } from './admission';

/** The API server's verdict on an object of one of Istio's kinds. */
export function admit(object: MeshObject): Admission {
  return { problems: [], admitted: object.json };
}
