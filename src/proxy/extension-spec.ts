import { ApiObjectMetadata } from 'cdk8s';
import { ExtensionPhase, ExtensionProps, ExtensionTraffic } from './extension-props';
import { checkList, checkMember, checkProps } from '../model/given';
import { PolicyScope, checkScope } from '../model/policy-scope';
import { describeValue } from '../semantics/describe-value';
import { shortName } from '../semantics/kubernetes-name';
import { isPortNumber } from '../semantics/port-number';

/** Throws for what no proxy would do. */
export function checkExtension({ scope, traffic, ports, phase, priority }: ExtensionProps): void {
  checkScope(scope);
  if (traffic !== undefined) checkMember('traffic', traffic, 'ExtensionTraffic', ExtensionTraffic);
  if (phase !== undefined) checkMember('phase', phase, 'ExtensionPhase', ExtensionPhase);
  checkTraffic(scope, traffic);
  if (priority !== undefined && !(Number.isInteger(priority) && priority >= -MAX_PRIORITY - 1 && priority <= MAX_PRIORITY)) {
    throw new Error(`\`priority\` is ${describeValue(priority)}. Give a whole number, for example 10: what is greater comes first.`);
  }
  if (ports === undefined) return;
  checkList('ports', ports, '[8080]');
  if (ports.length === 0) throw new Error('`ports` is empty. Give at least one port, or leave it out for all.');
  for (const port of ports) {
    if (!Number.isInteger(port) || !isPortNumber(port)) throw new Error(`\`ports\` holds ${describeValue(port)}; a port is a whole number from 1 to 65535.`);
  }
  if (scope._atWaypoint) throw new Error(`\`ports\` is given, and \`scope\` is ${scope._title}: no port is ever found there, and nothing would be done. Leave it out.`);
}

/** What every kind of extension has in its spec. */
export function extensionSpec({ scope, traffic, ports, phase, priority }: ExtensionProps): any {
  const selected = { mode: traffic, ports: ports && [...new Set(ports)].map((number) => ({ number })) };
  return { ...scope._selection(), match: traffic === undefined && ports === undefined ? undefined : [selected], phase, priority };
}

/** @param word what tells it from other extensions of the scope */
export function extensionMetadata({ metadata = {}, scope }: ExtensionProps, word: string): ApiObjectMetadata {
  checkProps(metadata, "metadata: { name: 'reviews-headers' }");
  if (metadata.namespace !== undefined && metadata.namespace !== scope._namespace) {
    throw new Error(`\`metadata.namespace\` is ${describeValue(metadata.namespace)}, and it is for ${scope._title}: it stands in ${scope._namespace}. Leave it out.`);
  }
  const whose = scope._name ?? (scope._isMesh ? 'mesh' : 'namespace');
  return { ...metadata, name: metadata.name ?? shortName(`${whose}-${word}`), namespace: scope._namespace };
}

/** An int32. */
const MAX_PRIORITY = 2_147_483_647;

function checkTraffic(scope: PolicyScope, traffic: ExtensionTraffic | undefined): void {
  if (!scope._byTargetRefs) {
    if (traffic !== undefined) return;
    throw new Error('`traffic` is not given, and a call within the scope would be seen twice, by the caller\'s sidecar and by that of the called. Say ExtensionTraffic.INBOUND, or OUTBOUND for what is sent and for gateways.');
  }
  const never = scope._atWaypoint ? ExtensionTraffic.OUTBOUND : ExtensionTraffic.INBOUND;
  if (traffic === never) {
    throw new Error(`\`traffic\` is ${traffic === ExtensionTraffic.OUTBOUND ? 'OUTBOUND' : 'INBOUND'}, and \`scope\` is ${scope._title}, which has no such traffic: nothing would be done. Leave it out.`);
  }
}
