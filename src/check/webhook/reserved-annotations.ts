import { AdmittedObject, WebhookReport } from './webhook-check';

const DRY_RUN = 'istio.io/dry-run';
/** Annotations that Istio keeps for the objects it makes itself. */
const INTERNAL = ['internal.istio.io/webhook-always-reject', 'internal.istio.io/parent-namespace', 'internal.istio.io/parents'];

/** Refuses annotations that no user may set. The one for dry runs is taken on an AuthorizationPolicy, which checks its value. */
export function checkReservedAnnotations({ annotations }: AdmittedObject, report: WebhookReport, dryRunAllowed = false): void {
  if (!dryRunAllowed && has(annotations, DRY_RUN)) {
    report.error(`metadata.annotations[${DRY_RUN}]`, 'Only an AuthorizationPolicy can be applied as a dry run.',
      'Remove the annotation: it is refused here, whatever its value.');
  }
  for (const name of INTERNAL) {
    if (has(annotations, name)) {
      report.error(`metadata.annotations[${name}]`, 'Istio keeps this annotation for objects that it makes itself.', 'Remove the annotation.');
    }
  }
}

function has(map: object, key: string): boolean {
  return Object.prototype.hasOwnProperty.call(map, key);
}
