/** The service that is rolled out, in every trial. */
export const SERVICE = 'reviews';

export const REPLICAS = 2;

/** What requests have that are always to reach the canary. */
export const TESTER = { header: 'x-canary', value: 'true' };

/** The version that everybody has first, and the one that is released. */
export const VERSIONS = ['v1', 'v2'] as const;

export type Version = typeof VERSIONS[number];

/** A version's image, in one trial. */
export function imageOf(namespace: string, version: Version): string {
  return `registry.example/${namespace}:${version}`;
}
