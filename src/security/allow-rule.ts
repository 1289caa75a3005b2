import { checkCaller } from './given';
import { pathValues } from './path-values';
import type { AuthorizationPolicySpecRules } from '../imports/security.istio.io';
import { checkFlags, checkList } from '../model/given';
import { checkMethods } from '../model/http-match';
import { CallerIdentity, IMeshCaller } from '../model/identity';
import { checkIpBlocks } from '../model/ip-blocks';
import { Spec } from '../model/istio-object';
import { MeshService } from '../model/mesh-service';
import { IMeshTarget } from '../model/mesh-target';
import { MeshWorkload } from '../model/mesh-workload';
import { PathMatch } from '../model/path-match';
import { checkPorts, givenPorts, targetPorts } from '../model/target-ports';
import { checkTrusted } from '../model/trust-domains';

/** More than these in one source are rejected by the API server. */
const MAX_ACCOUNTS = 16;

export interface AllowRuleOptions {
  readonly target: IMeshTarget;
  /** Required unless `plaintext` is said. */
  readonly caller?: IMeshCaller;
  /** Whether callers without an identity are meant: only then is a rule written that names no caller. */
  readonly plaintext?: boolean;
  readonly methods?: readonly string[];
  readonly paths?: readonly PathMatch[];
  readonly ports?: readonly number[];
  readonly ipBlocks?: readonly string[];
  readonly sharedIdentity?: boolean;
}

/** The trust domains that callers may be of. */
export interface Trust {
  /** The mesh's own, where it was said: callers of this mesh are then written as principals of it. */
  readonly own?: string;
  readonly domains: readonly string[];
}

export type Rule = Spec<AuthorizationPolicySpecRules>;

/** One allow: one rule of one policy, never united with another. */
export class AllowRule {
  public readonly target: IMeshTarget;
  /** Undefined for callers without an identity, and only for them. */
  public readonly caller?: IMeshCaller;
  public readonly sharedIdentity: boolean;
  private readonly methods?: readonly string[];
  private readonly paths?: readonly string[];
  private readonly ports?: readonly number[];
  private readonly ipBlocks?: readonly string[];

  constructor(options: AllowRuleOptions) {
    this.target = options.target;
    if (options.plaintext !== true) checkCaller(options.caller);
    this.caller = options.plaintext === true ? undefined : options.caller;
    checkFlags({ sharedIdentity: options.sharedIdentity });
    this.sharedIdentity = options.sharedIdentity ?? false;
    this.methods = options.methods === undefined ? undefined : methodValues(options.methods);
    this.paths = options.paths === undefined ? undefined : pathValues(options.paths);
    this.ipBlocks = options.ipBlocks === undefined ? undefined : checkIpBlocks('ipBlocks', options.ipBlocks);
    checkPorts(options.ports);
    this.ports = options.ports && [...options.ports];
  }

  /** `frontend → reviews`, for messages. */
  public get title(): string {
    return `${this.caller?.callerName ?? 'plaintext'} → ${this.target.name}`;
  }

  /**
   * Throws now what cannot become right later; a manifest of this App may still change, and is judged at validation.
   *
   * @param trust what is known of trust domains; undefined where that may still be said
   */
  public checkEarly(trust: Trust | undefined): void {
    try {
      if (trust) this.checkTrust(trust);
      this.render(undefined);
      void this.target.selector;
    } catch (error) {
      if (!isRendered(this.target) && (this.caller?.callerPods() ?? []).length === 0) throw error;
    }
  }

  public identities(): CallerIdentity[] {
    if (!this.caller) return [];
    const identities = this.caller.callerIdentities();
    if (identities.length === 0) {
      throw new Error(`the caller ${this.caller.callerName} has no identity, and a rule without one would allow everyone. Give the service account it runs under.`);
    }
    return identities;
  }

  /** The pods' ports that the rule is about, undefined for all; throws where they cannot be known. */
  public targetPorts(): number[] | undefined {
    return targetPorts(this.target, this.ports, this.http);
  }

  /** What is allowed, in the words of those who allow it: with the ports of the Service. */
  public get allowed(): { readonly ports?: readonly number[]; readonly methods?: readonly string[]; readonly paths?: readonly string[] } {
    return { ports: givenPorts(this.target, this.ports, this.http), methods: this.methods, paths: this.paths };
  }

  /** What makes it a rule about requests, if it is one. */
  private get http(): string | undefined {
    return [this.methods && '`methods`', this.paths && '`paths`'].filter((field) => field !== undefined).join(' and ') || undefined;
  }

  /** Which of these ports, where nobody has an identity, make the rule say something that never happens. */
  public unreachable(withoutIdentity: ReadonlySet<number>): number[] {
    if (!this.caller) return [];
    const ports = this.targetPorts() ?? [];
    const lost = ports.filter((port) => withoutIdentity.has(port));
    return this.ports !== undefined || lost.length === ports.length ? lost : [];
  }

  /** Throws for a caller of a trust domain that this mesh is not said to trust. */
  public checkTrust({ domains }: Trust): void {
    for (const { foreignPrincipal } of this.identities()) {
      if (foreignPrincipal !== undefined) checkTrusted(foreignPrincipal, domains);
    }
  }

  /**
   * @param trustDomain the mesh's own, where it is said
   * @param atWaypoint whether a waypoint judges, which sees the ports of the Service
   */
  public render(trustDomain: string | undefined, atWaypoint = false): Rule {
    const sources = this.caller ? identitySources(this.identities(), trustDomain) : this.ipBlocks && [{ ipBlocks: [...this.ipBlocks] }];
    const operation = { methods: this.methods, paths: this.paths, ports: (atWaypoint ? this.allowed.ports : this.targetPorts())?.map(String) };
    return {
      from: sources?.map((source) => ({ source })),
      to: Object.values(operation).some((value) => value !== undefined) ? [{ operation }] : undefined,
    };
  }
}

function isRendered(target: IMeshTarget): boolean {
  if (target instanceof MeshWorkload) return target.rendered !== undefined;
  if (target instanceof MeshService) return target._serviceSelector !== undefined || target.workloads.some(isRendered);
  return true;
}

/**
 * An account of this mesh is written as such, or, where the mesh's trust domain is said, as the
 * principal that only this trust domain can issue.
 */
function identitySources(identities: readonly CallerIdentity[], trustDomain: string | undefined): NonNullable<NonNullable<Rule['from']>[number]['source']>[] {
  const local = identities.filter(({ foreignPrincipal }) => foreignPrincipal === undefined);
  const accounts = trustDomain === undefined ? local.map(String) : [];
  const principals = [
    ...trustDomain === undefined ? [] : local.map(({ namespace, name }) => `${trustDomain}/ns/${namespace}/sa/${name}`),
    ...identities.flatMap(({ foreignPrincipal }) => foreignPrincipal ?? []),
  ];
  return [
    ...chunks(accounts, MAX_ACCOUNTS).map((serviceAccounts) => ({ serviceAccounts })),
    ...principals.length > 0 ? [{ principals }] : [],
  ];
}

function chunks<T>(values: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, index) => values.slice(index * size, (index + 1) * size));
}

function methodValues(methods: readonly string[]): string[] {
  checkList('methods', methods, "['GET']");
  return checkMethods(methods);
}
