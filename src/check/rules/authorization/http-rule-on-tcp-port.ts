import { Kind } from '../../../manifest/kinds';
import { PortProtocol } from '../../../semantics/port-protocol';
import { deploymentYaml, serviceYaml } from '../../example-objects';
import { AuthorizationPolicyFacts, authorizationPolicies, Operation } from '../../facts/authorization-policies';
import { AuthorizationRule, httpConditionOf, httpFieldOfOperation, httpFieldOfSource } from '../../facts/authorization-rules';
import { isGatewayWorkload } from '../../facts/gateway-workloads';
import { MeshFacts } from '../../facts/mesh-facts';
import { dataPlaneOf } from '../../facts/namespaces';
import { servicesOfWorkloads } from '../../facts/services-of-workload';
import { portsOf, WorkloadPort } from '../../facts/workload-ports';
import { Workload } from '../../facts/workloads';
import { defineRule } from '../../rule';

export const httpRuleOnTcpPort = defineRule({
  code: 'MESH3413',
  slug: 'http-rule-on-tcp-port',
  title: 'A rule on requests reaches a port where there are none',
  severity: 'error',
  preset: 'recommended',
  aliases: [],
  sees: 'mesh',
  why: 'On a TCP port there are no methods, paths, hosts, headers and tokens. An ALLOW rule with one of them is left out there; a DENY rule loses the field and denies whatever the rest of it says, all connections if nothing is left.',
  fix: 'Name the ports that are meant in `to[].operation.ports` (those of the workload); for TCP ports write rules with `ports`, `principals`, `namespaces` and `ipBlocks` only. If the port speaks HTTP, let its name in the Service say so.',
  links: [
    'https://istio.io/latest/docs/concepts/security/#using-istio-authorization-on-plain-tcp-protocols',
    'https://istio.io/latest/docs/tasks/security/authorization/authz-tcp/',
  ],
  examples: {
    valid: [{
      title: 'a DENY for the port that speaks HTTP',
      yaml: `${policyYaml('DENY', '{ paths: ["/admin*"], ports: ["8080"] }')}${twoPorts()}`,
    }, {
      title: 'an ALLOW of which one port is HTTP',
      yaml: `${policyYaml('ALLOW', '{ methods: [GET] }')}${twoPorts()}`,
    }],
    invalid: [{
      title: 'a DENY on paths that closes the port of the database',
      yaml: `${policyYaml('DENY', '{ paths: ["/admin*"] }')}${twoPorts()}`,
    }, {
      title: 'an ALLOW on methods for a TCP port',
      yaml: `${policyYaml('ALLOW', '{ methods: [GET], ports: ["5432"] }')}${twoPorts()}`,
    }],
  },
  kinds: [Kind.AUTHORIZATION_POLICY],
  check(object, { mesh, report }) {
    const policies = mesh.fact(authorizationPolicies);
    const policy = policies.of(object);
    const { action, spec, isDryRun, uses } = policy;
    if (!uses.http || mesh.fact(servicesOfWorkloads).size === 0) return;
    if (isDryRun || (action !== 'ALLOW' && action !== 'DENY')) return;
    spec.rules?.forEach((rule, i) => {
      const field = firstHttpField(rule, i);
      if (field === undefined) return;
      const hit = action === 'DENY' ? firstWidened(mesh, policy, rule) : firstVanished(mesh, policy, rule);
      if (hit === undefined) return;
      const { workload, port: { number, port, service } } = hit;
      const where = `Port ${number} of ${workload.title} is ${port.protocol} (${port.name === '' ? port.number : port.name} of Service ${service.object.name}), where there is no ${field.name}`;
      report({
        path: field.path,
        message: action === 'DENY'
          ? `${where}: the rule denies there ${leavesSomething(rule) ? 'whatever the rest of it says' : 'every connection'}.`
          : `${where}: the rule allows nothing.`,
      });
    });
  },
});

interface Hit { readonly workload: Workload; readonly port: WorkloadPort }

/** A TCP port on which some way to match a DENY rule loses a field of requests. */
function firstWidened(mesh: MeshFacts, policy: AuthorizationPolicyFacts, rule: AuthorizationRule): Hit | undefined {
  const everywhere = httpConditionOf(rule) !== undefined || rule.from?.some(({ source }) => httpFieldOfSource(source) !== undefined);
  const operations = rule.to?.length ? rule.to.map(({ operation }) => operation) : [undefined];
  const widened = operations.filter((operation) => everywhere || httpFieldOfOperation(operation) !== undefined);
  return firstPort(mesh, policy, (port) => isTcp(port) && widened.some((operation) => reaches(operation, port.number)));
}

/** A TCP port of a workload that an ALLOW rule reaches on TCP ports only. */
function firstVanished(mesh: MeshFacts, policy: AuthorizationPolicyFacts, rule: AuthorizationRule): Hit | undefined {
  const operations = rule.to?.length ? rule.to.map(({ operation }) => operation) : [undefined];
  let hit: Hit | undefined;
  for (const workload of reached(mesh, policy)) {
    const ports = portsOf(mesh, workload).filter(({ number }) => operations.some((operation) => reaches(operation, number)));
    // A guess of the proxy may find HTTP, and a port that no Service names is not known.
    if (ports.some((port) => !isTcp(port))) return undefined;
    if (ports.length > 0) hit ??= { workload, port: ports[0] };
  }
  return hit;
}

function firstPort(mesh: MeshFacts, policy: AuthorizationPolicyFacts, accept: (port: WorkloadPort) => boolean): Hit | undefined {
  for (const workload of reached(mesh, policy)) {
    const port = portsOf(mesh, workload).find(accept);
    if (port !== undefined) return { workload, port };
  }
  return undefined;
}

function reached(mesh: MeshFacts, policy: AuthorizationPolicyFacts): readonly Workload[] {
  return mesh.fact(authorizationPolicies).workloadsOf(policy).filter((workload) => {
    const plane = dataPlaneOf(mesh, workload);
    return plane !== 'none' && plane !== 'ambient' && !isGatewayWorkload(mesh, workload);
  });
}

function reaches(operation: Operation | undefined, port: number | undefined): boolean {
  if (port === undefined) return false;
  if (operation?.notPorts?.includes(String(port))) return false;
  return !operation?.ports?.length || operation.ports.includes(String(port));
}

const TCP: ReadonlySet<PortProtocol> = new Set([
  PortProtocol.TCP, PortProtocol.TLS, PortProtocol.HTTPS, PortProtocol.MONGO, PortProtocol.MYSQL, PortProtocol.REDIS,
]);

/** Whether Istio makes of it a port without requests. */
function isTcp({ port }: WorkloadPort): boolean {
  return TCP.has(port.protocol);
}

function firstHttpField(rule: AuthorizationRule, i: number): { readonly name: string; readonly path: string } | undefined {
  const { from, to, when } = rule;
  if (to) {
    for (let j = 0; j < to.length; j++) {
      const field = httpFieldOfOperation(to[j].operation);
      if (field !== undefined) return { name: `\`${field}\``, path: `spec.rules[${i}].to[${j}].operation.${field}` };
    }
  }
  if (from) {
    for (let j = 0; j < from.length; j++) {
      const field = httpFieldOfSource(from[j].source);
      if (field !== undefined) return { name: `\`${field}\``, path: `spec.rules[${i}].from[${j}].source.${field}` };
    }
  }
  const j = when?.findIndex(({ key }) => key.startsWith('request.')) ?? -1;
  return j < 0 ? undefined : { name: `\`${when![j].key}\``, path: `spec.rules[${i}].when[${j}].key` };
}

/** Whether a DENY rule still says something without its fields of requests. */
function leavesSomething({ from, to, when }: AuthorizationRule): boolean {
  return (from?.some(({ source }) => Object.keys(source ?? {}).some((field) => !field.toLowerCase().endsWith('requestprincipals'))) ?? false)
    || (to?.some(({ operation }) => operation?.ports?.length || operation?.notPorts?.length) ?? false)
    || (when?.some(({ key }) => !key.startsWith('request.')) ?? false);
}

function twoPorts(): string {
  return `${serviceYaml('cart', 'shop', '[{ name: http, port: 80, targetPort: 8080 }, { name: tcp-db, port: 5432 }]')}${deploymentYaml('cart', 'shop')}`;
}

function policyYaml(action: string, operation: string): string {
  return `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: cart, namespace: shop }
spec: { selector: { matchLabels: { app: cart } }, action: ${action}, rules: [{ to: [{ operation: ${operation} }] }] }
`;
}
