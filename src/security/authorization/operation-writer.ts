import { hostValues } from './host-values';
import { PolicyOperation } from './policy-operation';
import { refuseBoth } from './policy-values';
import { RuleContext } from './rule-context';
import { knownStream } from './stream-ports';
import type { AuthorizationPolicySpecRulesToOperation } from '../../imports/security.istio.io';
import { Spec } from '../../model/istio-object';
import { MeshService } from '../../model/mesh-service';
import { policyPorts } from '../../model/target-ports';
import { PortProtocol } from '../../semantics/port-protocol';
import { pathValues } from '../path-values';

export type OperationSpec = Spec<AuthorizationPolicySpecRulesToOperation>;

/** The fields that only requests have. */
const HTTP_FIELDS = ['methods', 'notMethods', 'paths', 'notPaths', 'hosts', 'notHosts'] as const;

/** What of an operation only requests have, for messages: `` `methods` ``. */
export function httpFields(operation: PolicyOperation): string[] {
  return HTTP_FIELDS.filter((field) => operation[field] !== undefined).map((field) => `\`${field}\``);
}

/**
 * An operation as Istio has it; undefined for everything.
 *
 * @param ofRequests what else makes the rule one about requests: conditions on headers, tokens
 */
export function writeOperation(operation: PolicyOperation, ofRequests: readonly string[], context: RuleContext): OperationSpec | undefined {
  const { hosts, notHosts, methods, notMethods, paths, notPaths } = operation;
  const target = context.scope._target;
  const spec: OperationSpec = {
    hosts: hosts && hostValues('hosts', hosts, target),
    notHosts: notHosts && hostValues('notHosts', notHosts, target),
    methods,
    notMethods,
    paths: paths && pathValues(paths),
    notPaths: notPaths && pathValues(notPaths, 'notPaths'),
    ...writePorts(operation, [...httpFields(operation), ...ofRequests], context),
  };
  refuseBoth('methods', spec.methods ?? [], spec.notMethods ?? []);
  refuseBoth('paths', spec.paths ?? [], spec.notPaths ?? []);
  refuseBoth('hosts', spec.hosts ?? [], spec.notHosts ?? []);
  return Object.values(spec).some((value) => value !== undefined) ? spec : undefined;
}

function writePorts(operation: PolicyOperation, http: readonly string[], context: RuleContext): Pick<OperationSpec, 'ports' | 'notPorts'> {
  const { ports, notPorts } = operation;
  const { action, scope } = context;
  const target = scope._target;
  const both = ports?.find((port) => notPorts?.includes(port));
  if (both !== undefined) throw new Error(`port ${both} is in \`ports\` and in \`notPorts\` of one operation, so it never matches. Leave out one of them.`);
  const requests = http.length === 0 ? undefined : http.join(' and ');
  // A deny without ports is for every port of the pods, also those that no Service names.
  if (target instanceof MeshService && requests !== undefined && action === 'DENY') refuseClosing(target, ports ?? [], requests);
  if (target instanceof MeshService && (action === 'ALLOW' || requests !== undefined || ports !== undefined)) {
    const excluded = notPorts === undefined ? [] : policyPorts(scope, notPorts, undefined)!;
    const left = policyPorts(scope, ports, requests)!.filter((port) => !excluded.includes(port));
    if (left.length === 0) throw new Error(`\`notPorts\` leaves no port of ${target.name}, so it never matches. Leave it out, or name the \`ports\` that are meant.`);
    return { ports: left.map(String) };
  }
  const own = (numbers: readonly number[] | undefined, what: string | undefined) =>
    numbers && (target ? policyPorts(scope, numbers, what)! : [...new Set(numbers)]).map(String);
  const written = { ports: own(ports, requests), notPorts: own(notPorts, undefined) };
  if (action === 'DENY' && requests !== undefined && ports === undefined && !context.closesTcpPorts) throw new Error(widened(requests, context));
  return written;
}

/** What Istio does not read, a deny loses, other than an allow. */
function refuseClosing(service: MeshService, ports: readonly number[], requests: string): void {
  for (const number of ports) {
    const port = service._ports.find(number);
    if (port === undefined || port.isHttp || port.protocol === PortProtocol.AUTOMATIC) continue;
    throw new Error(`${requests} need requests that the proxy reads, and port ${port.toString()} of ${service.name} carries none: Istio would refuse every connection there that the rest of the rule matches. `
      + `Leave out ${requests} where that is meant, or name another port.`);
  }
}

function widened(requests: string, context: RuleContext): string {
  const known = knownStream(context);
  return `${requests} ${requests.includes(' and ') ? 'are' : 'is'} of requests, and on a port that carries none${known === undefined ? '' : `, such as ${known},`} Istio would refuse every connection that the rest of the rule matches. `
    + 'Name the ports that carry requests (`ports` of the operation), or say closesTcpPorts: true where that is meant.';
}
