import { MeshService } from '../../model/mesh-service';
import { IMeshTarget } from '../../model/mesh-target';
import { describeValue } from '../../semantics/describe-value';
import { wildcardHostProblem } from '../../semantics/host-name';
import { isIpAddress } from '../../semantics/ip-address';

/**
 * Hosts as Istio has to have them. Policies see the port of the Host header, and `example.com` alone would not hold
 * for `example.com:8080`; an asterisk stands at one end only, so below a wildcard the ports have to be known.
 */
export function hostValues(field: string, hosts: readonly string[], target: IMeshTarget | undefined): string[] {
  return [...new Set(hosts.flatMap((host) => {
    const { name, port } = splitHost(field, host);
    if (port !== undefined) return [host];
    if (!name.startsWith('*')) return [name, `${name}:*`];
    return [name, ...target instanceof MeshService ? target.ports.filter(({ isHttp }) => isHttp).map(({ number }) => `${name}:${number}`) : []];
  }))];
}

/** The name without its port. Throws for what no client sends. */
export function splitHost(field: string, host: unknown): { readonly name: string; readonly port?: string } {
  if (typeof host !== 'string' || host === '') throw new Error(`\`${field}\` holds ${describeValue(host)}, which is no host. Write for example "example.com".`);
  const [, name, port] = /^(\[[^\]]*\]|[^:]*)(?::(\d{1,5}|\*))?$/.exec(host) ?? [];
  if (name === '*') throw new Error(`\`${field}\`: "${host}" is every host. Leave it out, or write for example "*.example.com".`);
  const problem = name === undefined || name === '' ? 'is not a host with or without a port' : nameProblem(name);
  if (problem !== undefined) {
    throw new Error(`\`${field}\`: "${host}" ${problem}, so it never matches. Write the host as clients name it, without scheme and path: "example.com", "example.com:8080" or "*.example.com".`);
  }
  if (name.startsWith('*') && port === '*') throw new Error(`\`${field}\`: "${host}" has two wildcards, which Istio takes literally. Write the port, or leave it out.`);
  return { name, port };
}

function nameProblem(name: string): string | undefined {
  if (isIpAddress(name) || (name.startsWith('[') && isIpAddress(name.slice(1, -1)))) return undefined;
  if (name.startsWith('*') && !name.startsWith('*.')) return 'has a wildcard that is not a whole label';
  return wildcardHostProblem(name.toLowerCase());
}
