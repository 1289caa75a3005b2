import { splitHost } from './host-values';
import { PolicyOperation } from './policy-operation';
import { checkList } from '../../model/given';
import { checkMethods } from '../../model/http-match';
import { checkPorts } from '../../model/target-ports';
import { describeValue } from '../../semantics/describe-value';
import { pathValues } from '../path-values';

const FIELDS: ReadonlySet<string> = new Set(['methods', 'notMethods', 'paths', 'notPaths', 'hosts', 'notHosts', 'ports', 'notPorts']);

/** An operation of its own, so that nobody's later change to a list gets into the policy; throws for what Istio refuses or takes for everything. */
export function checkOperation(operation: unknown): PolicyOperation {
  if (typeof operation !== 'object' || operation === null || Array.isArray(operation)) {
    throw new Error(`an operation is ${describeValue(operation)}. Write for example { methods: ['GET'] }.`);
  }
  const unknown = Object.keys(operation).find((field) => !FIELDS.has(field));
  if (unknown !== undefined) throw new Error(`an operation has a \`${unknown}\`, which does not exist. There are ${[...FIELDS].join(', ')}.`);
  const { methods, notMethods, paths, notPaths, hosts, notHosts, ports, notPorts } = operation as PolicyOperation;
  if (Object.values(operation).every((value) => value === undefined)) {
    throw new Error('an operation is empty, which Istio refuses. Say what is called, or leave `operations` out for everything.');
  }
  return {
    methods: methods === undefined ? undefined : methodsOf('methods', methods),
    notMethods: notMethods === undefined ? undefined : methodsOf('notMethods', notMethods),
    paths: paths === undefined ? undefined : checkedPaths('paths', paths),
    notPaths: notPaths === undefined ? undefined : checkedPaths('notPaths', notPaths),
    hosts: hosts === undefined ? undefined : hostsOf('hosts', hosts),
    notHosts: notHosts === undefined ? undefined : hostsOf('notHosts', notHosts),
    ports: ports === undefined ? undefined : portsOf(ports),
    notPorts: notPorts === undefined ? undefined : portsOf(notPorts),
  };
}

function methodsOf(field: string, methods: readonly string[]): string[] {
  checkList(field, methods, "['GET']");
  return checkMethods(methods);
}

function checkedPaths(field: string, paths: PolicyOperation['paths'] & {}): NonNullable<PolicyOperation['paths']> {
  pathValues(paths, field);
  return [...paths];
}

function hostsOf(field: string, hosts: readonly string[]): string[] {
  checkList(field, hosts, "['example.com']");
  if (hosts.length === 0) throw new Error(`\`${field}\` is empty, and an empty list means every host to Istio. Name at least one, or leave it out.`);
  hosts.forEach((host) => splitHost(field, host));
  return [...hosts];
}

function portsOf(ports: readonly number[]): number[] {
  checkPorts(ports);
  return [...ports];
}
