import { VirtualServiceHttpMirror as Destination } from '../../../manifest/generated/istio-specs';
import { isHostLabel, wildcardHostProblem } from '../../../semantics/host-name';
import { isPortNumber } from '../../../semantics/port-number';
import { FieldPath } from '../field-path';
import { quoted } from '../quoted';
import { WebhookReport } from '../webhook-check';
import { RouteScope } from './route-scope';

/** Where requests or their copies go. */
export function checkDestination(destination: Destination, at: FieldPath, report: WebhookReport): void {
  const { host, subset, port } = destination;
  const problem = host === '*' ? 'stands for every host' : wildcardHostProblem(host);
  if (problem !== undefined) {
    report.error(`${at}.host`, `The destination ${quoted(host)} ${problem}.`,
      'Write the name of a service, such as reviews or reviews.shop.svc.cluster.local; the port goes into destination.port.number.');
  }
  if (subset !== undefined && subset !== '' && !isHostLabel(subset)) {
    report.error(`${at}.subset`, `The subset ${quoted(subset)} is not a name.`, SUBSET_FIX);
  }
  if (port !== undefined && !isPortNumber(port.number ?? 0)) {
    report.error(`${at}.port.number`, port.number === undefined ? 'The port has no number.' : `The port ${port.number} does not exist.`,
      'Write a number from 1 to 65535, or leave the port out where the service has only one.');
  }
}

interface Weighted { readonly destination: Destination; readonly weight?: number }

/** The destinations of a route, and how requests are divided between them. */
export function checkDestinations(route: readonly Weighted[] | undefined, parent: FieldPath, scope: RouteScope, report: WebhookReport): void {
  if (route === undefined) return;
  let total = 0;
  for (let i = 0; i < route.length; i++) {
    const { destination, weight = 0 } = route[i];
    if (!scope.gatewayApi) checkDestination(destination, parent.item('route', i).field('destination'), report);
    if (weight < 0) {
      report.error(`${parent}.route[${i}].weight`, `The weight ${weight} is negative.`, 'Write 0 for no requests, or a share such as 10.');
    }
    // Go adds in 32 bits.
    // eslint-disable-next-line no-bitwise
    total = (total + weight) | 0;
  }
  if (route.length > 1 && total === 0) {
    report.error(`${parent}.route`, `The weights of the ${route.length} destinations add up to 0, so no request would go anywhere.`,
      'Give each its weight, for example 90 and 10. A destination without a weight has 0.');
  }
}

export const SUBSET_FIX = 'Use letters, digits and inner dashes, at most 63, such as v1 or canary-2.';
