import { ApiObject, ApiObjectMetadata } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { resolveLazy } from '../model/kubernetes-object';

/** A Namespace, which is itself in no namespace, though its chart may have one. */
export class NamespaceObject extends ApiObject {
  constructor(scope: Construct, id: string, metadata: ApiObjectMetadata) {
    super(scope, id, { apiVersion: 'v1', kind: 'Namespace', metadata });
  }

  public override toJson(): any {
    const json = super.toJson();
    delete json.metadata.namespace;
    return json;
  }
}

/** Namespace objects of that name which something else in the App renders. */
export function otherNamespaceObjects(namespace: string, own: ApiObject | undefined, root: IConstruct): ApiObject[] {
  return root.node.findAll()
    .filter((construct): construct is ApiObject => ApiObject.isApiObject(construct))
    .filter((object) => object.kind === 'Namespace' && object !== own)
    .filter((object) => (resolveLazy(object.metadata.name) ?? resolveLazy(object.name)) === namespace);
}
