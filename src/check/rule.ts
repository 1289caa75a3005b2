import { MeshObject } from '../manifest/mesh-object';
import { MeshFacts } from './facts/mesh-facts';
import { Preset, Severity } from './severity';

/** What a rule has to see to be right: the object, all of its namespace, or the whole mesh. */
export type Sight = 'object' | 'namespace' | 'mesh';

/** What a rule found about one object. */
export interface Found {
  /** The object, if it is another than the one under check. */
  readonly object?: MeshObject;
  /** `spec.http[0].route[1].weight`, as in the YAML; empty for the whole object. */
  readonly path: string;
  /** What is wrong, with the value. One sentence or two. */
  readonly message: string;
  /** What to write instead, here; the rule's own `fix` if left out. */
  readonly fix?: string;
}

/** What a check is given besides the object. */
export interface RuleContext {
  readonly mesh: MeshFacts;
  /** Says what is wrong, whatever else there may be outside of what we see. */
  report(found: Found): void;
  /**
   * Says that something is absent which may be anywhere in `namespace` (the whole mesh if left out). Where the
   * input is not declared complete for it, that is an information and never stops anything; or a warning, where it
   * `isEvident` from what is seen.
   */
  missing(found: Found & { readonly namespace?: string; readonly isEvident?: boolean }): void;
  /** Whether anybody hears that something is missing there: if not, what was meant instead is not worth a search. */
  isHeard(namespace?: string): boolean;
}

/** Objects as YAML. */
export interface Example {
  readonly title: string;
  readonly yaml: string;
  /** Whether the example is all there is in the mesh; default: true. */
  readonly complete?: boolean;
}

export interface Rule {
  /** `MESH` and four digits; the first two are the theme (see `THEMES`). Never reused. */
  readonly code: string;
  /** The name of its file and page. */
  readonly slug: string;
  /** What is wrong, as a heading: `A route goes to a host that nobody serves`. */
  readonly title: string;
  /** The weight, in `preset` and those above it. */
  readonly severity: Severity;
  /** The mildest preset that has the rule: `istio` only for what Istio reports by itself. */
  readonly preset: Preset;
  /** Where a preset weighs it differently. */
  readonly severityIn?: Partial<Record<Preset, Severity | 'off'>>;
  /** Codes of other tools for the same: IST0101, KIA1101, TIS0101. */
  readonly aliases: readonly string[];
  readonly sees: Sight;
  /** Whether what it says of an unchanged object changes with the day. Such a finding never stops a synth, whatever its severity. */
  readonly byCalendar?: boolean;
  /** What happens in the mesh if it stays, in a sentence or two. */
  readonly why: string;
  /** How to put it right. */
  readonly fix: string;
  /** The pages that say so. */
  readonly links: readonly string[];
  readonly examples: { readonly valid: readonly Example[]; readonly invalid: readonly Example[] };
  /** The kinds it looks at (`Kind`). */
  readonly kinds: readonly string[];
  /** Called once per object of `kinds`. Istio's own kinds are well typed here; of others, trust nothing. */
  readonly check: (object: MeshObject, context: RuleContext) => void;
}

/** The first two digits of a code. */
export const THEMES: Readonly<Record<string, string>> = {
  10: 'Reading',
  11: 'Schema: what the API server refuses',
  20: 'Webhook: what istiod refuses',
  21: 'Webhook: what istiod warns about',
  30: 'General',
  31: 'Routing',
  32: 'Gateways',
  33: 'TLS and mTLS',
  34: 'Authorization and JWT',
  35: 'Sidecars and egress',
  36: 'Injection and workloads',
  37: 'Telemetry',
  38: 'Extensions',
  39: 'Ambient and waypoints',
  40: 'Deprecations',
  41: 'Installation',
  42: 'Upgrade',
};

/** Declares a rule. One rule, one file. */
export function defineRule(rule: Rule): Rule {
  return Object.freeze(rule);
}
