import type { Access } from '../audit/access';
import type { Asker } from '../audit/question';
import { describeValue } from '../semantics/describe-value';

/** Whom a row of an access report speaks of. */
export enum AccessCallerKind {
  /** One service account. */
  IDENTITY = 'identity',
  /** All service accounts of a namespace. */
  NAMESPACE = 'namespace',
  /** Those whose identity fits a pattern. */
  PATTERN = 'pattern',
  /** Everybody who shows a certificate of the mesh. */
  ANY_IDENTITY = 'any-identity',
  /** Everybody, also who shows no certificate. */
  ANYONE = 'anyone',
  /** Everybody, where nobody shows a certificate: mTLS is off, or it is a gateway that asks for none. */
  UNIDENTIFIED = 'unidentified',
}

/** What the proxy takes the bytes of a connection for. */
export enum AccessProtocol {
  /** Requests. */
  HTTP = 'http',
  /** Bytes. */
  TCP = 'tcp',
  /** Both. */
  ANY = 'any',
}

/** Whether somebody may call something. */
export enum AccessVerdict {
  /** Some requests get through; the rows say which. */
  ALLOWED = 'allowed',
  /** Nothing gets through. */
  REFUSED = 'refused',
  /** That hangs on something that is not in sight. */
  DEPENDS = 'depends',
}

/** Who carries policies out. */
export enum AccessEnforcement {
  /** The sidecar. */
  SIDECAR = 'sidecar',
  /** The target is a gateway itself. */
  GATEWAY = 'gateway',
  /** ztunnel and waypoints, which are not judged. */
  AMBIENT = 'ambient',
  /** Nobody: the target is not in the mesh. */
  NONE = 'none',
  /** That hangs on a Namespace that is not in sight. */
  UNKNOWN = 'unknown',
}

/** One thing that is asked of a connection or a request. */
export interface AccessCondition {
  /** As conditions of Istio name it (`source.principal`, `request.auth.claims[role]`), and `request.method`, `request.path`, `request.host`. */
  readonly attribute: string;
  /** Any of these, as policies write them; if there are some, the attribute has to be there. */
  readonly values: string[];
  /** None of these; being absent will do. */
  readonly excluded: string[];
}

/** Requests of a row that are refused all the same, or that somebody else is asked about. */
export interface AccessException {
  /** All of these hold; none: it is about all requests of the row. */
  readonly conditions: AccessCondition[];
  /** `AuthorizationPolicy shop/read-only` */
  readonly policy: string;
  /**
   * The index of the rule in it.
   * @default - it is not one rule's
   */
  readonly rule?: number;
  /** The provider that is asked (CUSTOM); empty where they are refused. */
  readonly provider: string;
  /** What it hangs on, besides; empty where it is certain. */
  readonly dependsOn: string;
  /** All of it in words. */
  readonly text: string;
}

/** Somebody, and what they may ask of a target: everything that fulfils all conditions and no exception. */
export interface AccessRow {
  /** `namespace/name` */
  readonly target: string;
  /** `Deployment shop/reviews` */
  readonly targetTitle: string;
  /** Whom it speaks of. */
  readonly callerKind: AccessCallerKind;
  /** `shop/frontend` (namespace and service account), or in words. */
  readonly caller: string;
  /** Whether it is for callers without an identity, too. */
  readonly plaintext: boolean;
  /** Gateways that lead here and whose proxies are the caller: whoever reaches one comes in. */
  readonly gateways: string[];
  /** What is let in: requests, bytes or both. */
  readonly protocol: AccessProtocol;
  /** Ports of the workload (not of a Service). */
  readonly ports: number[];
  /** Whether it holds for the ports that no Service and no policy names, too. */
  readonly otherPorts: boolean;
  /** Whether it holds for every port. */
  readonly allPorts: boolean;
  /** The methods it is for; empty for any. `conditions` says which are excluded. */
  readonly methods: string[];
  /** The paths it is for, as policies write them; empty for any. `conditions` says which are excluded. */
  readonly paths: string[];
  /** What is asked, all of it: identities, methods and paths too. */
  readonly conditions: AccessCondition[];
  /** What is refused all the same. */
  readonly exceptions: AccessException[];
  /** The policy that lets it in; empty where it is for want of one. */
  readonly policy: string;
  /**
   * The index of the rule in it.
   * @default - it is let in for want of a policy
   */
  readonly rule?: number;
  /** The policy and its rule, or why it is let in without, in words. */
  readonly because: string;
  /** What is not in sight and would decide it; empty where it is certain. */
  readonly dependsOn: string[];
}

/** A gateway whose routes lead to a target. */
export interface AccessGateway {
  /** `namespace/name` of the Gateway. */
  readonly gateway: string;
  /** The hosts of the routes. */
  readonly hosts: string[];
  /** Whether the target lets the gateway's proxies in: `yes`, `no` or `depends`. */
  readonly admitted: string;
}

/** What holds for a target as a whole. */
export interface AccessTarget {
  /** `namespace/name` */
  readonly target: string;
  /** `Deployment shop/reviews` */
  readonly title: string;
  /** The Services that lead to it, as `namespace/name`. */
  readonly services: string[];
  /** `namespace/name` of its own identity; empty if it is not known. */
  readonly serviceAccount: string;
  /** Who carries policies out. */
  readonly enforcement: AccessEnforcement;
  /** The mTLS mode and what says so, in words; empty where that decides nothing. */
  readonly mtls: string;
  /** The workload's ports that a Service, a policy or an annotation speaks of. Any port besides is one of the others. */
  readonly ports: number[];
  /** Whether everybody, or everybody with an identity, may ask for everything on some port. */
  readonly open: boolean;
  /** Whether nobody may ask for anything. */
  readonly closed: boolean;
  /** Whether somebody without an identity gets something. */
  readonly plaintext: boolean;
  /** The known callers who get something, as `namespace/serviceAccount`. */
  readonly callers: string[];
  /** The known callers who get nothing. */
  readonly refused: string[];
  /** The gateways that lead to it. */
  readonly gateways: AccessGateway[];
  /** What is not in sight and would decide it; empty where all is certain. */
  readonly dependsOn: string[];
}

/** A rule of an ALLOW policy that lets nobody in. */
export interface AccessIneffectiveRule {
  /** `namespace/name` of the target. */
  readonly target: string;
  /** `Deployment shop/reviews` */
  readonly targetTitle: string;
  /** `AuthorizationPolicy shop/readers` */
  readonly policy: string;
  /** The index of the rule in it. */
  readonly rule: number;
  /** Why, in words. */
  readonly reason: string;
}

/** Whether somebody may call something, and by which rows. */
export interface AccessAnswer {
  /** Whether anything gets through. */
  readonly verdict: AccessVerdict;
  /** By what. */
  readonly rows: AccessRow[];
  /** What is not in sight and would decide it; empty where the verdict is certain. */
  readonly dependsOn: string[];
}

/** How an access report is written as text. */
export interface AccessTextOptions {
  /**
   * Colours for a terminal.
   * @default false
   */
  readonly color?: boolean;
  /**
   * Columns to wrap at, at least 60.
   * @default 120
   */
  readonly width?: number;
}

/** Somebody who may call, or not. */
export class AccessCaller {
  /** Whoever runs with a service account of the mesh. */
  public static serviceAccount(namespace: string, name: string): AccessCaller {
    return new AccessCaller({ kind: 'service-account', name: `${checkName('serviceAccount', 'namespace', namespace)}/${checkName('serviceAccount', 'name', name)}` });
  }

  /** An identity in full, also of another trust domain: `partner.example/ns/shop/sa/cart`. */
  public static principal(principal: string): AccessCaller {
    if (typeof principal !== 'string' || !/^[^/*]+\/ns\/[^/*]+\/sa\/[^/*]+$/.test(principal)) {
      throw new Error(`AccessCaller.principal: ${describeValue(principal)} is not one identity. Write <trust domain>/ns/<namespace>/sa/<service account>.`);
    }
    return new AccessCaller({ kind: 'principal', name: principal });
  }

  /** A workload in sight, such as a Deployment: its service account, or nobody in particular if it has no sidecar. */
  public static workload(namespace: string, name: string): AccessCaller {
    return new AccessCaller({ kind: 'workload', name: `${checkName('workload', 'namespace', namespace)}/${checkName('workload', 'name', name)}` });
  }

  /** Somebody without an identity of the mesh. */
  public static plaintext(): AccessCaller {
    return new AccessCaller({ kind: 'anonymous', name: '' });
  }

  /** @internal */
  public readonly _asker: Asker;

  private constructor(asker: Asker) {
    this._asker = asker;
  }
}

function checkName(factory: string, what: string, value: unknown): string {
  if (typeof value === 'string' && value !== '' && !/[/*\s]/.test(value)) return value;
  throw new Error(`AccessCaller.${factory}: ${what} is ${describeValue(value)}. Name one, such as 'shop'.`);
}

/**
 * Who may call whom, how, and which policy says so.
 *
 * What is not in the input is taken not to exist; what cannot be decided is said to depend on something.
 *
 * @see https://istio.io/latest/docs/concepts/security/#authorization
 */
export class AccessReport {
  /** @internal */
  public static _of(access: Access): AccessReport {
    return new AccessReport(access);
  }

  private constructor(private readonly access: Access) {}

  /** All ways in: by target, the widest first. */
  public get rows(): AccessRow[] {
    return this.access.targets.flatMap((one) => one.rows.map((row) => formats().rowJson(row, one))) as unknown as AccessRow[];
  }

  /** Everything that may be called, in order of namespace and name. */
  public get targets(): AccessTarget[] {
    return this.access.targets.map((one) => formats().targetJson(one, this.access)) as unknown as AccessTarget[];
  }

  /** Rules of ALLOW policies that let nobody in, and why. */
  public get ineffectiveRules(): AccessIneffectiveRule[] {
    return this.access.targets.flatMap(formats().ineffectiveJson);
  }

  /** What else one has to know to read it right: policies that decide nothing, what was taken for granted. */
  public get notes(): string[] {
    return [...this.access.notes];
  }

  /**
   * Whether somebody may call something at all. Who has an identity need not show it, so that what is open without one
   * is open to everybody.
   *
   * @param target `namespace/name` of a workload or of a Service
   * @throws if the target, or the caller's workload, is not in sight
   */
  public mayCall(caller: AccessCaller, target: string): AccessAnswer {
    if (!(caller instanceof AccessCaller)) {
      throw new Error(`AccessReport.mayCall: the caller is ${describeValue(caller)}. Say AccessCaller.serviceAccount('shop', 'frontend'), .workload(...), .principal(...) or .plaintext().`);
    }
    if (typeof target !== 'string') throw new Error(`AccessReport.mayCall: the target is ${describeValue(target)}. Write namespace/name, such as 'shop/reviews'.`);
    const { verdict, rows, dependsOn } = formats().ask(this.access, caller._asker, target);
    const shown = rows.map(({ row, of }) => formats().rowJson(row, of)) as unknown as AccessRow[];
    return { verdict: verdict as AccessVerdict, rows: shown, dependsOn: [...dependsOn] };
  }

  /**
   * For people at a terminal: a table for each target, and what stands out.
   * @throws if the width is no whole number from 60 on
   */
  public toText(options: AccessTextOptions = {}): string {
    const { width } = options;
    if (width !== undefined && !(Number.isInteger(width) && width >= 60)) throw new Error(`AccessReport.toText: width is ${describeValue(width)}. Give a whole number of columns, at least 60.`);
    return formats().textReport(this.access, options);
  }

  /** For a pull request or a wiki. */
  public toMarkdown(): string {
    return formats().markdownReport(this.access);
  }

  /** For programs: `{ targets, rows, callers, ineffectiveRules, refused, unreadable, notes }`, as the CLI writes it. */
  public toJson(): any {
    return formats().jsonReport(this.access);
  }

  /** A picture for a browser: callers by targets, light or dark as the reader has it. */
  public toSvg(): string {
    return formats().svgReport(this.access);
  }
}

/** Loaded when a report is written. */
function formats(): typeof import('./access-formats') {
  return require('./access-formats') as typeof import('./access-formats');
}
