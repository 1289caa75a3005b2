import { checkOperation } from './operation-check';
import { OperationSpec, writeOperation } from './operation-writer';
import { PolicyCondition, checkCondition } from './policy-condition';
import { PolicyOperation } from './policy-operation';
import { PolicyRule } from './policy-rule';
import { PolicySource, checkSource } from './policy-source';
import { checkAsked } from './rule-asked';
import { RuleContext } from './rule-context';
import { checkWho } from './rule-who';
import { isToken } from './source-term';
import type { AuthorizationPolicySpecRules } from '../../imports/security.istio.io';
import { checkList } from '../../model/given';
import { Spec } from '../../model/istio-object';
import { policyPorts } from '../../model/target-ports';
import { describeValue } from '../../semantics/describe-value';

export type RuleSpec = Spec<AuthorizationPolicySpecRules>;

const FIELDS: ReadonlySet<string> = new Set(['sources', 'operations', 'conditions']);

/** A rule of a policy, taken apart and judged; one rule of the object, never united with another. */
export class RuleWriter {
  public readonly sources: readonly PolicySource[];
  public readonly conditions: readonly PolicyCondition[];
  private readonly operations: readonly PolicyOperation[];

  constructor(rule: PolicyRule, private readonly context: RuleContext) {
    checkRule(rule);
    const { sources, operations, conditions } = rule;
    this.sources = [...sources ?? []];
    this.operations = (operations ?? []).map(checkOperation);
    this.conditions = [...conditions ?? []];
    if (context.action === 'ALLOW') checkWho(rule, this.sources, this.conditions);
    if (context.action === 'CUSTOM') checkAsked(this.sources, this.conditions);
  }

  /** As Istio has it. Throws where something cannot be known, and for what never matches. */
  public render(): RuleSpec {
    const { trustDomains } = this.context;
    const sources = this.sources.flatMap((source) => source._render(trustDomains) ?? []);
    const operations = this.renderOperations();
    const conditions = this.conditions.map((condition) => condition._render({ trustDomains, podPorts: (ports) => this.podPorts(ports) }));
    refuseOtherPorts(operations, conditions);
    return {
      from: sources.length > 0 ? sources.map((source) => ({ source })) : undefined,
      to: operations.length > 0 ? operations.map((operation) => ({ operation })) : undefined,
      when: conditions.length > 0 ? conditions : undefined,
    };
  }

  /** The hosts that the rule is about, as they were said. */
  public get hosts(): readonly string[] {
    return this.operations.flatMap(({ hosts }) => hosts ?? []);
  }

  /** The pods' ports that the rule is about; undefined where that is every port. */
  public ports(): ReadonlySet<number> | undefined {
    const operations = this.renderOperations();
    if (operations.length === 0 || operations.some(({ ports }) => ports === undefined)) return undefined;
    return new Set(operations.flatMap(({ ports }) => ports!.map(Number)));
  }

  private renderOperations(): OperationSpec[] {
    const { requestsOnly } = this.context;
    const ofRequests = [
      ...requestsOnly === undefined ? [] : [requestsOnly],
      ...this.sources.some(({ _terms }) => _terms.some(isToken)) ? ['tokens'] : [],
      ...this.conditions.some(({ _sort }) => _sort === 'token') ? ['conditions on tokens'] : [],
      ...this.conditions.some(({ _sort }) => _sort === 'request') ? ['conditions on headers'] : [],
    ];
    const operations = this.operations.length > 0 ? this.operations : [{}];
    return operations.flatMap((operation) => writeOperation(operation, ofRequests, this.context) ?? []);
  }

  private podPorts(ports: readonly number[]): readonly number[] {
    const { scope } = this.context;
    return scope._target === undefined ? ports : policyPorts(scope, ports, undefined)!;
  }
}

function checkRule(rule: unknown): asserts rule is PolicyRule {
  if (typeof rule !== 'object' || rule === null || Array.isArray(rule)) {
    throw new Error(`it is ${describeValue(rule)}. Write for example { sources: [PolicySource.caller(frontend)], operations: [{ methods: ['GET'] }] }.`);
  }
  const unknown = Object.keys(rule).find((field) => !FIELDS.has(field));
  if (unknown !== undefined) throw new Error(`it has a \`${unknown}\`, which does not exist. There are ${[...FIELDS].join(', ')}.`);
  const { sources, operations, conditions } = rule as PolicyRule;
  const examples = { sources: "[PolicySource.namespace('shop')]", operations: "[{ methods: ['GET'] }]", conditions: "[PolicyCondition.claim(['role'], { values: ['reader'] })]" };
  for (const [field, list] of Object.entries({ sources, operations, conditions })) {
    if (list === undefined) continue;
    checkList(field, list, examples[field as keyof typeof examples]);
    if (list.length === 0) throw new Error(`\`${field}\` is empty, and an empty list is no restriction to Istio. Name at least one, or leave it out.`);
  }
  if (sources === undefined && operations === undefined && conditions === undefined) {
    throw new Error('it is empty, and an empty rule holds for everyone and everything. Where that is meant, say { sources: [PolicySource.anyone()] }.');
  }
  sources?.forEach((source) => checkSource('sources', source));
  conditions?.forEach((condition) => checkCondition('conditions', condition));
  if (sources !== undefined && sources.length > 1 && sources.some(({ _terms }) => _terms.length === 0)) {
    throw new Error(`the sources are alternatives, and PolicySource.anyone() is one of them, so the others (${sources.map(({ _title }) => _title).filter((title) => title !== 'anyone').join('; ')}) say nothing. Leave it out, or them.`);
  }
}

/** `destination.port` beside `ports`. */
function refuseOtherPorts(operations: readonly OperationSpec[], conditions: NonNullable<RuleSpec['when']>): void {
  for (const { key, values, notValues } of conditions) {
    if (key !== 'destination.port') continue;
    for (const { ports } of operations) {
      if (ports === undefined || ports.some((port) => (values?.includes(port) ?? true) && !notValues?.includes(port))) continue;
      throw new Error(`the operation is for port ${ports.join(', ')} and a condition for ${values === undefined ? `every port but ${notValues!.join(', ')}` : values.join(', ')} (of the pods), so it never matches. Leave out one of them.`);
    }
  }
}
