import { Cell } from './cell';
import { Alternative, alternativesOf, Condition, isHttpOnly, isOfIdentity } from './condition';
import { ANYONE, byCaller, leftFor, Narrowed, Place, settle } from './narrow';
import { isApartFrom, isImpliedBy } from './relation';
import { Because, CellRows, Exception, Ineffective, Row } from './row';
import { Reaching, Target } from './target';
import { AuthorizationPolicyFacts } from '../check/facts/authorization-policies';
import { MeshConfig } from '../check/facts/mesh-config';

/** What the policies of one target come to, found once for all of its ports. */
export interface Judged {
  readonly target: Target;
  readonly config: MeshConfig;
  readonly allow: readonly Reaching<AuthorizationPolicyFacts>[];
  readonly deny: readonly Reaching<AuthorizationPolicyFacts>[];
  readonly custom: readonly Reaching<AuthorizationPolicyFacts>[];
}

export function judged(target: Target, config: MeshConfig): Judged {
  // AUDIT only counts, as a dry run does: they decide nothing.
  const enforced = (action: string) => target.policies.filter(({ policy }) => policy.action === action && !policy.isDryRun);
  return { target, config, allow: enforced('ALLOW'), deny: enforced('DENY'), custom: enforced('CUSTOM') };
}

/** Who is let in on one port of a target, and which rules let nobody in there. */
export function rowsOfCell(all: Judged, cell: Cell): CellRows {
  const { target, allow } = all;
  if (target.enforcement === 'none' || target.enforcement === 'ambient' || cell.isBypassed) return { cell, rows: [unguarded(target, cell)], ineffective: [] };
  const place: Place = {
    cell,
    verifiesTokens: cell.protocol === 'http' && target.authentications.length > 0,
    domains: [all.config.trustDomain, ...all.config.trustDomainAliases],
  };
  const refusals = exceptionsOf(all, place);
  const rows: Row[] = [];
  const ineffective: Ineffective[] = [];
  const certain = allow.some(({ isCertain }) => isCertain);
  if (!certain) {
    const dependsOn = allow.map(({ policy }) => `whether ${titleOf(policy)} selects these pods, which are not in sight: then nothing else is allowed`);
    for (const row of withRefusals(target, byCaller([], place) as readonly Narrowed[], refusals, place, { policy: '', rule: undefined }, 'no ALLOW policy holds for it', dependsOn)) {
      if (typeof row !== 'string') rows.push(row);
    }
    return { cell, rows, ineffective };
  }
  for (const { policy, isCertain } of allow) {
    const dependsOn = isCertain ? [] : [`whether ${titleOf(policy)} selects these pods, which are not in sight`];
    for (const alternative of alternativesOf(policy)) {
      const because = becauseOf(alternative);
      for (const row of rowsOf(alternative, target, refusals, place, dependsOn)) {
        if (typeof row !== 'string') rows.push(row);
        else if (row !== '') ineffective.push({ target, ...because, reason: row });
      }
    }
  }
  return { cell, rows, ineffective };
}

function unguarded(target: Target, cell: Cell): Row {
  const ambient = target.enforcement === 'ambient';
  return {
    target,
    callerKind: 'anyone',
    caller: 'anyone, also without mTLS',
    identity: undefined,
    plaintext: true,
    policy: '',
    rule: undefined,
    conditions: [],
    exceptions: [],
    reason: ambient ? 'it is in the ambient mesh' : cell.isBypassed && target.enforcement !== 'none' ? 'an annotation leads this port past the sidecar' : 'it has no sidecar, so that nothing is enforced',
    dependsOn: ambient ? ['ztunnel and waypoints, which are not judged'] : [],
  };
}

/** The rows of one way to match an ALLOW rule, or why there are none. The reason is empty where it is for other ports. */
function rowsOf(
  alternative: Alternative, target: Target, refusals: readonly Refusal[], place: Place, dependsOn: readonly string[],
): readonly (Row | string)[] {
  const settled = settle(alternative.conditions, place);
  if (typeof settled === 'string') return [settled];
  // One field of requests, and Istio leaves out all of the rule.
  if (place.cell.protocol === 'tcp' && alternative.ruleIsHttp) return ['it asks for something that only requests have, on a port that carries bytes, where Istio leaves out the rule'];
  const callers = byCaller(settled, place);
  return typeof callers === 'string' ? [callers] : withRefusals(target, callers, refusals, place, becauseOf(alternative), '', dependsOn);
}

function withRefusals(
  target: Target, callers: readonly Narrowed[], refusals: readonly Refusal[], place: Place,
  because: Because, reason: string, dependsOn: readonly string[],
): readonly (Row | string)[] {
  return callers.map(({ kind, caller, identity, plaintext, conditions }): Row | string => {
    const exceptions: Exception[] = [];
    for (const { alternatives, ...refusal } of refusals) {
      for (const asked of alternatives) {
        const left = leftOf(asked, { identity, conditions }, place);
        if (left === undefined) continue;
        if (left.length === 0 && refusal.provider === '' && refusal.dependsOn === '') return `${refusal.policy} refuses all of it to ${caller}`;
        exceptions.push({ ...refusal, conditions: left });
      }
    }
    // Who shows no certificate fulfils every negation.
    const isClosed = plaintext && exceptions.some(({ provider, dependsOn: open, conditions: asked }) => provider === '' && open === ''
      && asked.every((condition) => isOfIdentity(condition) && condition.values.length === 0));
    const who = isClosed
      ? { callerKind: ANYONE.identified.kind, caller: ANYONE.identified.caller, identity, plaintext: false }
      : { callerKind: kind, caller, identity, plaintext };
    return { target, ...who, ...because, conditions, exceptions: withoutRepeats(exceptions), reason, dependsOn };
  });
}

function withoutRepeats(exceptions: readonly Exception[]): readonly Exception[] {
  return [...new Map(exceptions.map((exception) => [JSON.stringify(exception), exception])).values()];
}

/** What a rule that refuses asks for beyond what a row is about already; undefined if the two never meet. */
function leftOf(
  asked: readonly Condition[], { identity, conditions }: Pick<Narrowed, 'identity' | 'conditions'>, { domains }: Place,
): readonly Condition[] | undefined {
  const open = identity === undefined ? asked : leftFor(identity, asked, domains);
  if (open === undefined || open.some((condition) => isApartFrom(conditions, condition))) return undefined;
  return open.filter((condition) => !isImpliedBy(conditions, condition));
}

/** A rule that refuses, or asks somebody, with its ways to match. */
interface Refusal extends Omit<Exception, 'conditions'> {
  readonly alternatives: readonly (readonly Condition[])[];
}

function exceptionsOf({ target, config, deny, custom }: Judged, place: Place): readonly Refusal[] {
  const found: Refusal[] = [];
  if (place.verifiesTokens) {
    for (const { policy: { object }, isCertain } of target.authentications) {
      found.push({
        policy: `RequestAuthentication ${object.namespace}/${object.name}`,
        rule: undefined,
        provider: '',
        dependsOn: isCertain ? '' : 'if it selects these pods, which are not in sight',
        alternatives: [[{ attribute: 'request.auth.token', values: ['invalid'], excluded: [] }]],
      });
    }
  }
  for (const { policy, isCertain } of deny) found.push(...refusalsOf(policy, '', isCertain ? '' : UNSEEN, place));
  const providers = new Set(custom.map(({ policy }) => policy.spec.provider?.name ?? ''));
  for (const { policy, isCertain } of custom) {
    const name = policy.spec.provider?.name ?? '';
    const provider = config.extensionProviders.get(name);
    const known = provider?.type.startsWith('envoyExtAuthz') ? provider : undefined;
    const unseen = isCertain ? '' : UNSEEN;
    if (known === undefined && config.isWhole) {
      found.push(...refusalsOf(policy, '', unseen, place));
    } else if (providers.size > 1) {
      found.push(...refusalsOf(policy, '', join(unseen, SEVERAL), place));
    } else if (place.cell.protocol === 'http' || known?.type !== 'envoyExtAuthzHttp') {
      // Who decides on requests is not asked about connections.
      found.push(...refusalsOf(policy, name, join(unseen, known === undefined ? 'as the provider is not in sight: without it, they are refused' : ''), place));
    }
  }
  return found;
}

const SEVERAL = 'unless PILOT_ENABLE_MULTIPLE_CUSTOM_AUTHZ_PROVIDERS lets istiod ask several providers';
const UNSEEN = 'if it selects these pods, which are not in sight';

function join(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(', ');
}

function refusalsOf(policy: AuthorizationPolicyFacts, provider: string, dependsOn: string, place: Place): readonly Refusal[] {
  return alternativesOf(policy).flatMap((alternative) => {
    // A connection has nothing of a request: there the rule loses the condition, and refuses more.
    const conditions = place.cell.protocol === 'tcp' ? alternative.conditions.filter((condition) => !isHttpOnly(condition)) : alternative.conditions;
    const settled = settle(conditions, place);
    return typeof settled === 'string' ? [] : [{ ...becauseOf(alternative), provider, dependsOn, alternatives: [settled] }];
  });
}

function becauseOf({ policy, rule }: Alternative): Because {
  return { policy: titleOf(policy), rule };
}

function titleOf({ object: { namespace, name } }: AuthorizationPolicyFacts): string {
  return `AuthorizationPolicy ${namespace}/${name}`;
}
