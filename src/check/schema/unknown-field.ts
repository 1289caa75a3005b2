import { quoteValue } from './quote-value';
import { SchemaNode } from './schema-node';
import { editDistance } from '../../semantics/edit-distance';

/** Longer names are nobody's mistyped field. */
const LONGEST_NAME = 64;
const MOST_LISTED = 12;

/** Fields that many look for where Istio has them not, nor anywhere else in the kind: by their path. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'spec.accessLogging[].format':
    'Give a provider the format: in meshConfig.extensionProviders, logFormat of its envoyFileAccessLog. Then name that provider in providers here.',
};

/** What to do about a field that its object does not have. */
export function fixForUnknownField(name: string, place: number, path: string, nodes: readonly SchemaNode[], spec: number): string {
  const elsewhere = ELSEWHERE[`${path}.${name}`.replace(/\[\d+\]/g, '[]')];
  if (elsewhere !== undefined) return elsewhere;
  const known = Object.keys(nodes[place].properties ?? {});
  const near = nearestName(name, known);
  if (near && near.distance <= 1) return `Write ${near.name}.`;
  const home = homeOf(name, place, path, nodes, spec);
  if (home !== undefined) return `Move it to ${home}.`;
  if (near) return `Write ${near.name}, if that is meant, or remove it.`;
  return known.length === 0 ? 'Remove it.' : `Remove it, or write one of ${listed(known)}.`;
}

/** The one of several names that somebody may have meant, with the number of changes between the two. */
export function nearestName(name: string, known: readonly string[]): { name: string; distance: number } | undefined {
  if (name.length > LONGEST_NAME) return undefined;
  const plain = withoutStyle(name);
  let nearest: { name: string; distance: number } | undefined;
  for (const candidate of known) {
    const distance = plain === withoutStyle(candidate) ? 0 : editDistance(plain, withoutStyle(candidate));
    if (distance <= Math.floor(Math.min(plain.length, candidate.length) / 3) && (!nearest || distance < nearest.distance)) {
      nearest = { name: candidate, distance };
    }
  }
  return nearest;
}

export function listed(names: readonly string[]): string {
  if (names.length > MOST_LISTED) return `${names.slice(0, MOST_LISTED).join(', ')} \u2026 (${names.length} in all)`;
  return names.map((name) => (name === '' ? quoteValue(name) : name)).join(', ');
}

/** `max_connections`, `MaxConnections` and `maxConnections` are one word. */
function withoutStyle(name: string): string {
  return name.replace(/[_-]/g, '').toLowerCase();
}

/** Where in the spec a field of this name belongs: below the object it was written in, else as near to it as can be. */
function homeOf(name: string, place: number, path: string, nodes: readonly SchemaNode[], spec: number): string | undefined {
  const here = path.replace(/\[\d+\]/g, '[]');
  const below = homes(name, nodes, place, here)[0];
  if (below !== undefined) return below;
  const elsewhere = homes(name, nodes, spec, 'spec').filter((home) => home !== `${here}.${name}`);
  const shared = elsewhere.map((home) => sharedSteps(home, here));
  return elsewhere[shared.indexOf(Math.max(...shared))];
}

/** Paths of all fields with a name, those nearest to the root first. */
function homes(name: string, nodes: readonly SchemaNode[], root: number, rootPath: string): string[] {
  const found: string[] = [];
  let level: Array<[number, string]> = [[root, rootPath]];
  while (level.length > 0) {
    const next: Array<[number, string]> = [];
    for (const [place, path] of level) {
      const { properties = {}, items, values } = nodes[place];
      for (const [key, child] of Object.entries(properties)) {
        if (key === name) found.push(`${path}.${key}`);
        next.push([child, `${path}.${key}`]);
      }
      if (items !== undefined) next.push([items, `${path}[]`]);
      if (values !== undefined) next.push([values, `${path}.*`]);
    }
    level = next;
  }
  return found;
}

function sharedSteps(a: string, b: string): number {
  const [left, right] = [a.split('.'), b.split('.')];
  let count = 0;
  while (count < left.length && left[count] === right[count]) count++;
  return count;
}
