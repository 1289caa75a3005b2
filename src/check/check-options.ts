import { DOCUMENTED_CODES } from './documented-code';
import { Rule } from './rule';
import { RULES } from './rules';
import { Preset, PRESETS, Severity } from './severity';
import { instantOf } from '../semantics/instant';

export interface CheckOptions {
  /** @default 'recommended' */
  readonly preset?: Preset;
  /**
   * Other severities, by code (`MESH3101`), slug or alias (`IST0101`); `off` switches a rule off. Only rules of
   * the analysis layer: what Istio refuses, it refuses.
   */
  readonly severities?: Readonly<Record<string, Severity | 'off'>>;
  /** Whether informations are of interest: without them, nobody has to find out where their objects were made. @default true */
  readonly infos?: boolean;
  /** The instant that ends and expiries are compared with, in ISO 8601 with time and zone. @default - when the check begins */
  readonly now?: string;
}

/** A rule that is on, with the weight it has. */
export interface ActiveRule {
  readonly rule: Rule;
  readonly severity: Severity;
}

/** Bad usage: an unknown preset or code. Its message is for the user. */
export class CheckUsageError extends Error {}

/** The rules that are on, with their severities. Throws CheckUsageError. */
export function activeRules({ preset = 'recommended', severities = {} }: CheckOptions): readonly ActiveRule[] {
  if (!PRESETS.includes(preset)) {
    throw new CheckUsageError(`There is no preset '${preset}'. Use one of: ${PRESETS.join(', ')}.`);
  }
  const overrides = new Map<Rule, Severity | 'off'>();
  for (const [name, severity] of Object.entries(severities)) {
    if (!['error', 'warning', 'info', 'off'].includes(severity)) {
      throw new CheckUsageError(`'${severity}' is no severity (for ${name}). Use one of: error, warning, info, off.`);
    }
    const rules = RULES.filter((rule) => rule.code === name || rule.slug === name || rule.aliases.includes(name));
    if (rules.length === 0) throw new CheckUsageError(unknownCode(name));
    for (const rule of rules) overrides.set(rule, severity);
  }
  const active: ActiveRule[] = [];
  for (const rule of RULES) {
    const severity = overrides.get(rule) ?? severityIn(rule, preset);
    if (severity !== 'off') active.push({ rule, severity });
  }
  return active;
}

/** When the check takes place. Throws CheckUsageError. */
export function clockOf({ now }: CheckOptions): Date {
  if (now === undefined) return new Date();
  const instant = instantOf(now);
  if (instant === undefined) throw new CheckUsageError(`'${now}' is no instant to check for. Write date, time and zone in ISO 8601, such as 2026-12-01T18:00:00Z.`);
  return new Date(instant);
}

/** Whether what a code says of an unchanged object changes with the day: that must never stop a synth. */
export function isByCalendar(code: string): boolean {
  return RULES.some((rule) => rule.code === code && rule.byCalendar);
}

/** What a preset makes of a rule. */
export function severityIn(rule: Rule, preset: Preset): Severity | 'off' {
  return rule.severityIn?.[preset]
    ?? (PRESETS.indexOf(rule.preset) <= PRESETS.indexOf(preset) ? rule.severity : 'off');
}

function unknownCode(name: string): string {
  const fixed = DOCUMENTED_CODES.find(({ code, slug, aliases }) => code === name || slug === name || aliases.includes(name));
  return fixed
    ? `The severity of ${name} cannot be changed: it is not of the analysis layer.`
    : `There is no rule '${name}'. \`npx cdk8s-istio rules\` lists them.`;
}
