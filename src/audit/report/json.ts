import { becauseText, exceptionText, knownPorts } from './words';
import { Access, TargetAccess } from '../access';
import { Condition } from '../condition';
import { PlacedRow } from '../row';
import { summaryOf } from '../summary';

/** A row for programs: see `AccessRow`. */
export function rowJson(row: PlacedRow, { target, exposed }: TargetAccess) {
  const { callerKind, caller, identity, plaintext, protocol, ports, otherPorts, allPorts, conditions, exceptions } = row;
  const { policy, rule, reason, dependsOn } = row;
  const named = (attribute: string) => conditions.filter((condition) => condition.attribute === attribute).flatMap(({ values }) => values);
  return {
    target: `${target.namespace}/${target.name}`,
    targetTitle: target.title,
    callerKind,
    caller,
    plaintext,
    gateways: identity === undefined ? [] : exposed.filter(({ identities }) => identities.includes(caller)).map(({ gateway }) => gateway),
    protocol,
    ports: [...ports],
    otherPorts,
    allPorts,
    methods: named('request.method'),
    paths: named('request.path'),
    conditions: conditions.map(conditionJson),
    exceptions: exceptions.map((exception) => ({
      conditions: exception.conditions.map(conditionJson),
      policy: exception.policy,
      ...(exception.rule !== undefined && { rule: exception.rule }),
      provider: exception.provider,
      dependsOn: exception.dependsOn,
      text: exceptionText(exception),
    })),
    policy,
    ...(rule !== undefined && { rule }),
    because: becauseText(row, reason),
    dependsOn: [...new Set([...target.dependsOn, ...dependsOn])],
  };
}

function conditionJson({ attribute, values, excluded }: Condition) {
  return { attribute, values: [...values], excluded: [...excluded] };
}

/** What holds for a target as a whole: see `AccessTarget`. */
export function targetJson(one: TargetAccess, access: Access) {
  const { target, exposed, rows } = one;
  const { callers, refused, plaintext, isOpen } = summaryOf(one, access);
  return {
    target: `${target.namespace}/${target.name}`,
    title: target.title,
    services: target.services.map((service) => `${target.namespace}/${service}`),
    serviceAccount: target.serviceAccount === undefined ? '' : `${target.namespace}/${target.serviceAccount}`,
    enforcement: target.enforcement,
    mtls: target.mtls,
    ports: knownPorts(target),
    open: isOpen,
    closed: rows.length === 0,
    plaintext,
    callers: callers.map(({ name }) => name),
    refused: refused.map(({ name }) => name),
    gateways: exposed.map(({ gateway, hosts, isLetIn }) => ({ gateway, hosts: [...hosts], admitted: isLetIn === undefined ? 'depends' : isLetIn ? 'yes' : 'no' })),
    dependsOn: [...target.dependsOn],
  };
}

export function ineffectiveJson({ ineffective, target }: TargetAccess) {
  return ineffective.map(({ policy, rule, reason }) => ({ target: `${target.namespace}/${target.name}`, targetTitle: target.title, policy, rule: rule ?? 0, reason }));
}

/** For programs. */
export function jsonReport(access: Access) {
  const { targets, callers, refused, problems, notes } = access;
  return {
    targets: targets.map((one) => targetJson(one, access)),
    rows: targets.flatMap((one) => one.rows.map((row) => rowJson(row, one))),
    callers: callers.map(({ name, workloads }) => ({ name, workloads: [...workloads] })),
    ineffectiveRules: targets.flatMap(ineffectiveJson),
    refused: refused.map(({ code, kind, namespace, name, path, message }) => ({ code, kind, namespace, name, path, message })),
    unreadable: problems.map(({ file, line, message }) => ({ file: file ?? '', ...(line !== undefined && { line }), message })),
    notes: [...notes],
  };
}
