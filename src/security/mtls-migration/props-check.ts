import type { MtlsMigrationBreak, MtlsMigrationCaller, MtlsMigrationOpenPorts, MtlsMigrationProps } from './mtls-migration-props';
import { checkList, checkProps, checkTarget, checkText } from '../../model/given';
import { checkNamedPorts, checkPorts } from '../../model/target-ports';
import { describeValue } from '../../semantics/describe-value';
import { isDnsLabel } from '../../semantics/kubernetes-name';
import { located } from '../../semantics/located';
import { checkCaller } from '../given';
import { Injection } from '../injection';

/** Throws for what can never become right. */
export function checkMigrationProps(props: MtlsMigrationProps): void {
  const { namespaces, meshNamespaces = [], injection, callers = [], openPorts = [], despite = [] } = props;
  checkNamespaces('namespaces', namespaces);
  checkNamespaces('meshNamespaces', meshNamespaces);
  if (namespaces.length === 0) throw new Error("`namespaces` is empty, so there is nothing to bring to STRICT. Name at least one, for example ['shop'].");
  if (namespaces.includes('istio-system')) throw new Error('`namespaces` names istio-system, the root namespace: what is said there holds for the whole mesh. Name those of applications.');
  if (injection !== undefined && !(injection instanceof Injection)) {
    throw new Error(`\`injection\` is ${describeValue(injection)}. Give Injection.enabled() or Injection.revision('1-31').`);
  }
  checkEach('callers', callers, "{ name: 'billing-vm', target: orders }", (one) => callerOf(one, namespaces));
  checkEach('openPorts', openPorts, "{ target: orders, ports: [8080], reason: 'billing-vm, until March' }", (one) => openOf(one, namespaces));
  checkEach('despite', despite, "{ caller: 'billing-vm', reason: 'it is switched off' }", breakOf);
}

function checkNamespaces(field: string, names: readonly string[]): void {
  checkList(field, names, "['shop']");
  const wrong = names.find((name) => typeof name !== 'string' || !isDnsLabel(name));
  if (wrong !== undefined) throw new Error(`\`${field}\` holds ${describeValue(wrong)}, which is not a namespace name: lower-case letters, digits and dashes, at most 63.`);
}

function checkEach<T>(field: string, items: readonly T[], example: string, check: (item: T) => void): void {
  checkList(field, items, `[${example}]`);
  items.forEach((item, index) => located(`${field}[${index}]: `, () => {
    checkProps(item, example);
    check(item);
  }));
}

function callerOf({ caller, name, target, ports }: MtlsMigrationCaller, namespaces: readonly string[]): void {
  checkOwn(target, namespaces);
  checkPorts(ports);
  if (name !== undefined) checkText('name', name, 'billing-vm');
  if (caller !== undefined) checkCaller(caller);
  else if ((name ?? '').trim() === '') throw new Error("neither `caller` nor `name` is given. Give the MeshService or MeshWorkload that calls, or name: 'billing-vm' for one outside of the mesh.");
}

function openOf({ target, ports, reason }: MtlsMigrationOpenPorts, namespaces: readonly string[]): void {
  checkOwn(target, namespaces);
  checkNamedPorts(ports);
  checkReason(reason, 'ports that take plaintext are a hole in STRICT');
}

function breakOf({ caller, target, reason }: MtlsMigrationBreak): void {
  checkText('caller', caller, 'billing-vm');
  if (target !== undefined) checkText('target', target, 'shop/orders');
  checkReason(reason, 'somebody will ask at three in the morning');
}

function checkOwn(target: unknown, namespaces: readonly string[]): void {
  checkTarget(target);
  if (namespaces.includes(target.namespace)) return;
  throw new Error(`the target ${target.name} is in namespace ${target.namespace}, which is not among \`namespaces\` (${namespaces.join(', ')}).`);
}

function checkReason(reason: unknown, why: string): void {
  if (typeof reason === 'string' && reason.trim() !== '') return;
  throw new Error(`\`reason\` is ${describeValue(reason)}. Say why: ${why}.`);
}
