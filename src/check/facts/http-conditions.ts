import { AuthorizationPolicySpec } from '../../manifest/generated/istio-specs';

const OF_OPERATION = ['hosts', 'notHosts', 'methods', 'notMethods', 'paths', 'notPaths'] as const;
const OF_SOURCE = ['remoteIpBlocks', 'notRemoteIpBlocks', 'requestPrincipals', 'notRequestPrincipals'] as const;
/** What ztunnel knows of a connection. */
const OF_CONNECTION: ReadonlySet<string> = new Set(['source.ip', 'source.namespace', 'source.principal', 'destination.ip', 'destination.port']);

/** A condition that only a proxy for HTTP can judge, and where it stands. */
export interface HttpCondition {
  readonly name: string;
  readonly path: string;
}

/** The first condition of an AuthorizationPolicy that ztunnel cannot judge. */
export function firstHttpCondition({ rules = [] }: AuthorizationPolicySpec): HttpCondition | undefined {
  for (let i = 0; i < rules.length; i++) {
    const { from = [], to = [], when = [] } = rules[i];
    for (let j = 0; j < to.length; j++) {
      const { operation } = to[j];
      const name = operation && OF_OPERATION.find((field) => operation[field]?.length);
      if (name) return { name, path: `spec.rules[${i}].to[${j}].operation.${name}` };
    }
    for (let j = 0; j < from.length; j++) {
      const { source } = from[j];
      const name = source && OF_SOURCE.find((field) => source[field]?.length);
      if (name) return { name, path: `spec.rules[${i}].from[${j}].source.${name}` };
    }
    for (let j = 0; j < when.length; j++) if (!OF_CONNECTION.has(when[j].key)) return { name: when[j].key, path: `spec.rules[${i}].when[${j}].key` };
  }
  return undefined;
}
