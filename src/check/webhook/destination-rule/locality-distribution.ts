import { DestinationRuleTrafficPolicyLoadBalancerLocalityLbSettingDistribute as Distribute } from '../../../manifest/generated/istio-specs';
import { FieldPath } from '../field-path';
import { quoted } from '../quoted';
import { WebhookReport } from '../webhook-check';

/** Which share of the requests from one locality goes to which others. */
export function checkDistribute(distribute: readonly Distribute[], at: FieldPath, report: WebhookReport): void {
  for (let i = 0; i < distribute.length; i++) {
    const to = distribute[i].to ?? {};
    if (!checkShares(to, `${at}.distribute[${i}].to`, report)) continue;
    // Istio walks this map in random order and refuses a wildcard only if it comes second: what it may refuse, we do.
    checkLocalities(Object.keys(to).sort(widerFirst), `${at}.distribute[${i}].to`, report);
  }
  checkLocalities(distribute.map(({ from = '' }) => from), `${at}.distribute`, report);
}

function checkShares(to: Readonly<Record<string, number>>, path: string, report: WebhookReport): boolean {
  let total = 0;
  for (const locality in to) {
    const weight = to[locality];
    if (weight < 1 || weight > 100) {
      report.error(`${path}[${locality}]`, `The share is ${weight}.`, 'Write a percentage from 1 to 100; leave out what gets nothing.');
      return false;
    }
    total += weight;
  }
  if (total === 100) return true;
  report.error(path, `The shares add up to ${total}.`, 'Make them add up to 100.');
  return false;
}

/**
 * Localities of one list, written `region`, `region/zone` or `region/zone/subzone`, the end perhaps `*`. None may lie
 * within an earlier one.
 */
function checkLocalities(localities: readonly string[], path: string, report: WebhookReport): void {
  const known = new KnownLocalities();
  for (const locality of localities) {
    const star = locality.indexOf('*');
    if (star >= 0 && star < locality.length - 1) {
      report.error(path, `The locality ${quoted(locality)} has a wildcard that is not at its end.`, 'Write for example us-east1/*.');
      return;
    }
    const [region, zone, ...rest] = locality.split('/');
    const subzone = rest.length > 0 ? rest.join('/') : undefined;
    if (region === '' || zone === '' || subzone === '') {
      report.error(path, `The locality ${quoted(locality)} has an empty part.`, 'Write region, region/zone or region/zone/subzone.');
      return;
    }
    if (known.add(region, zone, subzone)) continue;
    report.error(path, `The locality ${quoted(locality)} lies within another one that is named.`, 'Name each locality once, and none beside a wider one.');
    return;
  }
}

function widerFirst(one: string, other: string): number {
  return rank(one) - rank(other);
}

/** `*`, then regions, then all zones of a region, then zones … */
function rank(locality: string): number {
  if (locality === '*') return 0;
  return locality.split('/').length * 2 - Number(locality.endsWith('/*'));
}

/** Istio's own bookkeeping: a `*` covers only what comes after it. */
class KnownLocalities {
  /** By region and zone the subzones; a whole region or zone has `*` in their place. */
  private readonly regions = new Map<string, Map<string, Set<string>>>();

  /** Says false if the locality overlaps with an earlier one. */
  public add(region: string, zone: string | undefined, subzone: string | undefined): boolean {
    if (this.regions.has('*')) return false;
    const zones = this.regions.get(region);
    if (zones === undefined) {
      this.regions.set(region, new Map([[zone ?? '*', new Set([subzone ?? '*'])]]));
      return true;
    }
    if (zone === undefined || zones.has('*')) return false;
    const subzones = zones.get(zone);
    if (subzones === undefined) {
      zones.set(zone, new Set([subzone ?? '*']));
      return true;
    }
    if (subzone === undefined || subzones.has('*') || subzones.has(subzone)) return false;
    subzones.add(subzone);
    return true;
  }
}
