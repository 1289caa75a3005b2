import { Kind } from '../../../manifest/kinds';
import { requestAuthenticationYaml } from '../../example-objects';
import { authorizationPolicies, Operation, Source } from '../../facts/authorization-policies';
import { AuthorizationRule } from '../../facts/authorization-rules';
import { principalOf } from '../../facts/identity';
import { defineRule } from '../../rule';

export const splitAuthorizationRule = defineRule({
  code: 'MESH3416',
  slug: 'split-authorization-rule',
  title: 'A dash too many turns AND into OR',
  severity: 'warning',
  preset: 'recommended',
  aliases: [],
  sees: 'object',
  why: 'Fields of one source, of one operation and of one rule must all hold; list items are alternatives. With each condition in an item of its own, whatever fulfils only one of them is taken.',
  fix: 'Put the conditions into one item: only its first line has a dash. If both are meant as alternatives, silence this here with the reason.',
  links: ['https://istio.io/latest/docs/reference/config/security/authorization-policy/#Rule'],
  examples: {
    valid: [{
      title: 'one rule, one source, one operation',
      yaml: policyYaml('ALLOW', '{ from: [{ source: { namespaces: [shop], requestPrincipals: ["*"] } }], to: [{ operation: { methods: [GET], paths: ["/api/*"] } }] }'),
    }, {
      title: 'alternatives of one sort, and a path for everybody beside what some may do',
      yaml: policyYaml('ALLOW', '{ from: [{ source: { namespaces: [shop] } }] }, { to: [{ operation: { paths: [/healthz] } }, { operation: { paths: [/readyz] } }] }'),
    }, {
      title: 'a namespace, and whoever comes in plaintext',
      yaml: policyYaml('DENY', '{ from: [{ source: { namespaces: [shop] } }, { source: { notPrincipals: ["*"] } }] }'),
    }],
    invalid: [{
      title: 'the operation became a rule of its own, for everybody',
      yaml: policyYaml('ALLOW', '{ from: [{ source: { namespaces: [shop] } }] }, { to: [{ operation: { methods: [GET], paths: ["/api/*"] } }] }'),
    }, {
      title: 'GET of any path, or any method under /api',
      yaml: policyYaml('ALLOW', '{ to: [{ operation: { methods: [GET] } }, { operation: { paths: ["/api/*"] } }] }'),
    }, {
      title: 'anyone of the namespace, or anyone but one',
      yaml: policyYaml('ALLOW', '{ from: [{ source: { namespaces: [shop] } }, { source: { notPrincipals: [cluster.local/ns/shop/sa/batch] } }] }'),
    }],
  },
  kinds: [Kind.AUTHORIZATION_POLICY],
  check(object, { mesh, report }) {
    const { spec: { rules = [] }, action } = mesh.fact(authorizationPolicies).of(object);
    if (rules.length === 1 && (rules[0].from?.length ?? 0) < 2 && (rules[0].to?.length ?? 0) < 2) return;
    rules.forEach((rule, i) => {
      splitSource(rule, i, report);
      splitOperation(rule, i, action, report);
      if (i > 0 && action === 'ALLOW') splitRule(rules[i - 1], rule, i, report);
    });
  },
});

type Report = (found: { path: string; message: string }) => void;

function splitSource({ from }: AuthorizationRule, i: number, report: Report): void {
  for (let j = 1; j < (from?.length ?? 0); j++) {
    const [one, other] = [from![j - 1].source, from![j].source];
    if (one === undefined || other === undefined) continue;
    const [first, second] = [fieldsOf(one), fieldsOf(other)];
    const path = `spec.rules[${i}].from[${j}]`;
    if (excludesOnly(second) !== excludesOnly(first) && !isWithout(one) && !isWithout(other)) {
      report({ path, message: `A source with ${first.join(', ')} and another with ${second.join(', ')} are alternatives: whoever is not excluded comes in without the former.` });
    } else if (isNamed(first, second) && narrows(one, other)) {
      report({ path, message: 'One of the two sources names callers of the namespace that the other lets in altogether, so it changes nothing.' });
    }
  }
}

/** Whether it is whoever has no identity, or no token: that is nobody's exception. */
function isWithout(source: Source): boolean {
  const fields = fieldsOf(source);
  return fields.length === 1 && (source.notPrincipals ?? source.notRequestPrincipals)?.join() === '*';
}

/** Whether one names namespaces and the other principals. */
function isNamed(first: readonly string[], second: readonly string[]): boolean {
  return first.length === 1 && second.length === 1
    && ((first[0] === 'namespaces' && second[0] === 'principals') || (first[0] === 'principals' && second[0] === 'namespaces'));
}

function narrows(one: Source, other: Source): boolean {
  const namespaces = one.namespaces ?? other.namespaces ?? [];
  const principals = one.principals ?? other.principals ?? [];
  return principals.every((principal) => namespaces.includes(principalOf(principal)?.namespace ?? ''));
}

function splitOperation({ to }: AuthorizationRule, i: number, action: string, report: Report): void {
  for (let j = 1; j < (to?.length ?? 0); j++) {
    const [one, other] = [to![j - 1].operation, to![j].operation];
    if (one === undefined || other === undefined) continue;
    const [first, second] = [fieldsOf(one), fieldsOf(other)];
    // A wide DENY is seldom an accident.
    const split = excludesOnly(first) !== excludesOnly(second) || (action === 'ALLOW' && (isOtherHalf(one, other) || isOtherHalf(other, one)));
    if (!split) continue;
    report({
      path: `spec.rules[${i}].to[${j}]`,
      message: `An operation with only ${first.join(', ')} and another with ${second.join(', ')} are alternatives: either of them is enough.`,
    });
  }
}

/** Whether one says methods only and the other paths or hosts without methods; or hosts only, and paths only. */
function isOtherHalf(one: Operation, other: Operation): boolean {
  const [first, second] = [fieldsOf(one), fieldsOf(other)];
  if (first.length !== 1) return false;
  if (isForEverybody(other) || isPreflight(one)) return false;
  if (first[0] === 'methods') return !second.includes('methods') && (second.includes('paths') || second.includes('hosts'));
  return first[0] === 'hosts' && second.length === 1 && second[0] === 'paths';
}

function splitRule(before: AuthorizationRule, rule: AuthorizationRule, i: number, report: Report): void {
  const [first, second] = [partsOf(before), partsOf(rule)];
  if (first.length !== 1 || second.length !== 1 || first[0] === second[0]) return;
  const operations = first[0] === 'to' ? before.to : second[0] === 'to' ? rule.to : undefined;
  // Who may do everything, and who has a claim that lets do everything, are alternatives.
  const isOpen = (operation: Operation | undefined) => operation !== undefined && (isForEverybody(operation) || isPreflight(operation));
  if (operations === undefined || operations.every(({ operation }) => isOpen(operation))) return;
  report({
    path: `spec.rules[${i}]`,
    message: first[0] === 'to' || second[0] === 'from'
      ? `Rules ${i - 1} and ${i} have only \`${first[0]}\` and only \`${second[0]}\`: the operations are for everybody, and the other rule is for every operation.`
      : `Rules ${i - 1} and ${i} have only \`${first[0]}\` and only \`${second[0]}\`: what one asks for is not asked for by the other.`,
  });
}

function partsOf({ from, to, when }: AuthorizationRule): ('from' | 'to' | 'when')[] {
  const parts: ('from' | 'to' | 'when')[] = [];
  if (from?.length) parts.push('from');
  if (to?.length) parts.push('to');
  if (when?.length) parts.push('when');
  return parts;
}

const EVERYBODY = /health|ready|alive|live|ping|metrics|prometheus|stats|drain|status|public|static|assets|favicon|robots|well-known|log-?in|sign-?[iu]|register|oauth|token|jwks|docs|swagger|openapi|version|^\/$/i;

/** Whether the paths are such as are open to everybody, mostly. */
function isForEverybody({ paths }: Operation): boolean {
  return paths !== undefined && paths.length > 0 && paths.every((path) => EVERYBODY.test(path));
}

/** Browsers ask by OPTIONS, without an identity. */
function isPreflight({ methods }: Operation): boolean {
  return methods?.length === 1 && methods[0] === 'OPTIONS';
}

function fieldsOf(item: Source | Operation): string[] {
  return Object.keys(item).filter((field) => (item as Record<string, readonly string[] | undefined>)[field]?.length);
}

function excludesOnly(fields: readonly string[]): boolean {
  return fields.length > 0 && fields.every((field) => field.startsWith('not'));
}

function policyYaml(action: string, rules: string): string {
  return `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: cart, namespace: shop }
spec: { selector: { matchLabels: { app: cart } }, action: ${action}, rules: [${rules}] }
${requestAuthenticationYaml('cart', 'shop')}---
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: batch, namespace: shop }
`;
}
