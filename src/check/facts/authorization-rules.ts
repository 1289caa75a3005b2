import { Operation, Source } from './authorization-policies';
import { AuthorizationPolicyRules } from '../../manifest/generated/istio-specs';

export type AuthorizationRule = AuthorizationPolicyRules;

/** A value of a rule, and where it stands. */
export class RuleValue {
  constructor(
    public readonly value: string,
    private readonly rule: number,
    private readonly part: 'from' | 'to' | 'when',
    private readonly item: number,
    private readonly field: string,
    private readonly index: number,
  ) {}

  /** `spec.rules[0].from[0].source.principals[1]` */
  public get path(): string {
    const within = this.part === 'from' ? '.source' : this.part === 'to' ? '.operation' : '';
    return `spec.rules[${this.rule}].${this.part}[${this.item}]${within}.${this.field}[${this.index}]`;
  }
}

/** What only a request has: on a TCP connection there is no such thing. */
const HTTP_SOURCE: readonly (keyof Source)[] = ['requestPrincipals', 'notRequestPrincipals'];
const HTTP_OPERATION: readonly (keyof Operation)[] = ['hosts', 'notHosts', 'methods', 'notMethods', 'paths', 'notPaths'];

/** Whether a rule matches everything. */
export function isEmptyRule({ from, to, when }: AuthorizationRule): boolean {
  return !from?.length && !to?.length && !when?.length;
}

/** The first field of a source that only requests have. */
export function httpFieldOfSource(source: Source | undefined): string | undefined {
  return source && HTTP_SOURCE.find((field) => source[field]?.length);
}

/** The first field of an operation that only requests have. */
export function httpFieldOfOperation(operation: Operation | undefined): string | undefined {
  return operation && HTTP_OPERATION.find((field) => operation[field]?.length);
}

/** The first condition of a rule on something that only requests have. */
export function httpConditionOf({ when }: AuthorizationRule): string | undefined {
  return when?.find(({ key }) => key.startsWith('request.'))?.key;
}

const NONE: readonly never[] = [];

/** The values of a field of the sources of a rule, and of the condition of the same meaning. */
export function sourceValues({ from, when }: AuthorizationRule, rule: number, field: keyof Source, key?: string): readonly RuleValue[] {
  let found: RuleValue[] | undefined;
  if (from) {
    for (let j = 0; j < from.length; j++) {
      const values = from[j].source?.[field];
      if (values) for (let k = 0; k < values.length; k++) (found ??= []).push(new RuleValue(values[k], rule, 'from', j, field, k));
    }
  }
  if (when && key !== undefined) {
    const list = field.startsWith('not') ? 'notValues' : 'values';
    for (let j = 0; j < when.length; j++) {
      const values = when[j].key === key ? when[j][list] : undefined;
      if (values) for (let k = 0; k < values.length; k++) (found ??= []).push(new RuleValue(values[k], rule, 'when', j, list, k));
    }
  }
  return found ?? NONE;
}

/** The values of a field of the operations of a rule. */
export function operationValues({ to }: AuthorizationRule, rule: number, field: keyof Operation): readonly RuleValue[] {
  if (!to) return NONE;
  let found: RuleValue[] | undefined;
  for (let j = 0; j < to.length; j++) {
    const values = to[j].operation?.[field];
    if (values) for (let k = 0; k < values.length; k++) (found ??= []).push(new RuleValue(values[k], rule, 'to', j, field, k));
  }
  return found ?? NONE;
}

/** Where a rule asks for a token: the path, and whether being without one fulfils it. */
export function tokenConditionOf(rule: AuthorizationRule, index: number): { readonly path: string; readonly byAbsence: boolean } | undefined {
  const { from, when } = rule;
  if (from) {
    for (let j = 0; j < from.length; j++) {
      const source = from[j].source;
      if (source?.requestPrincipals?.length) return { path: `spec.rules[${index}].from[${j}].source.requestPrincipals`, byAbsence: false };
      if (source?.notRequestPrincipals?.length) return { path: `spec.rules[${index}].from[${j}].source.notRequestPrincipals`, byAbsence: true };
    }
  }
  if (when) {
    for (let j = 0; j < when.length; j++) {
      if (when[j].key.startsWith('request.auth.')) return { path: `spec.rules[${index}].when[${j}]`, byAbsence: !when[j].values?.length };
    }
  }
  return undefined;
}
