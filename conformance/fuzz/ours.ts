import { admit } from '../../src/check/schema/admit';
import { WEBHOOK_CHECKS } from '../../src/check/webhook/webhook-checks';
import { JsonObject, objectOr } from '../../src/manifest/json';
import { toMeshObject } from '../../src/manifest/to-mesh-object';

/** What our layers say to one document. */
export interface OurVerdict {
  readonly schema: readonly string[];
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

/** @param admittedBySchema what the judge's API server said; the webhook is asked only then */
export function ourVerdict(document: JsonObject, admittedBySchema: boolean): OurVerdict {
  const object = toMeshObject(document, {}, 'default');
  const admission = admit(object);
  const schema = admission.problems.map(({ path, message }) => `${path}: ${message}`);
  const errors: string[] = [];
  const warnings: string[] = [];
  if (admittedBySchema) {
    WEBHOOK_CHECKS.get(object.groupKind)?.({
      namespace: object.namespace,
      name: object.name,
      labels: object.labels,
      annotations: object.annotations,
      spec: objectOr(admission.admitted.spec),
      json: admission.admitted,
    }, {
      error: (path, message) => { errors.push(`${path}: ${message}`); },
      warning: (path, message) => { warnings.push(`${path}: ${message}`); },
    });
  }
  return { schema, errors, warnings };
}
