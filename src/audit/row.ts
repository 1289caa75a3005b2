import { CallerIdentity } from './caller-identity';
import { Cell } from './cell';
import { Condition } from './condition';
import { Target } from './target';

/** Whom a row speaks of. */
export type CallerKind = 'identity' | 'namespace' | 'pattern' | 'any-identity' | 'anyone' | 'unidentified';

/** Where a decision stands. */
export interface Because {
  /** `AuthorizationPolicy shop/readers`; empty where nothing says so: that is Istio's default. */
  readonly policy: string;
  /** From 0; undefined where it is not one rule's. */
  readonly rule: number | undefined;
}

/** Requests that a row speaks of and that are refused all the same, or that somebody else is asked about. */
export interface Exception extends Because {
  readonly conditions: readonly Condition[];
  /** Who decides: a provider of the mesh's configuration. Empty where they are refused. */
  readonly provider: string;
  /** What it hangs on, besides. */
  readonly dependsOn: string;
}

/** Somebody, and what they may ask of a target on a set of ports. */
export interface Row extends Because {
  readonly target: Target;
  readonly callerKind: CallerKind;
  /** As people read it: `shop/frontend`, `namespace shop`. */
  readonly caller: string;
  readonly identity: CallerIdentity | undefined;
  /** Whether it covers who shows no certificate. */
  readonly plaintext: boolean;
  readonly conditions: readonly Condition[];
  readonly exceptions: readonly Exception[];
  /** Why it is let in, where no rule says so. */
  readonly reason: string;
  readonly dependsOn: readonly string[];
}

/** A row with where it holds. */
export interface PlacedRow extends Row {
  readonly protocol: 'http' | 'tcp' | 'any';
  readonly ports: readonly number[];
  /** Whether it holds for the ports that nothing speaks of, too. */
  readonly otherPorts: boolean;
  /** Whether it holds for every port. */
  readonly allPorts: boolean;
}

/** A rule, or a part of one, that lets nobody in. */
export interface Ineffective extends Because {
  readonly target: Target;
  readonly reason: string;
}

/** What was found out about one cell. */
export interface CellRows {
  readonly cell: Cell;
  readonly rows: readonly Row[];
  readonly ineffective: readonly Ineffective[];
}
