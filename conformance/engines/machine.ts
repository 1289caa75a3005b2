import { existsSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { requireJudge } from '../machine';

/** Where conformance/engines/setup.sh puts what it builds. */
const BUILD = join(__dirname, '..', '.build', 'engines');

/** An address that is not of loopback, as an API server wants one to advertise; enclosed.sh gives it to `lo`. */
export const ADVERTISED = '192.0.2.1';

const PROGRAMS = [
  'etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kwok', 'pilot-discovery', 'rollouts-controller', 'flagger',
] as const;

export type ProgramName = typeof PROGRAMS[number] | 'prometheus';

/** The path of a program that setup.sh built or fetched. */
export function programPath(name: ProgramName): string {
  if (name !== 'prometheus') return join(BUILD, name);
  const unpacked = join(BUILD, 'prometheus', 'usr', 'bin', 'prometheus');
  return existsSync(unpacked) ? unpacked : 'prometheus';
}

/** Throws with everything that the engines need and this machine lacks, all at once. */
export function requireEngineRoom(): void {
  requireJudge();
  const unbuilt = PROGRAMS.filter((name) => !existsSync(programPath(name)));
  const missing = [
    process.platform === 'linux' ? [] : ['Linux: the engines live in namespaces'],
    isEnclosed() ? [] : ['a network of their own, as some of them listen on every address: run them by `npm run conformance:engines` as root, '
      + 'or start jest by conformance/engines/enclosed.sh'],
    unbuilt.length === 0 ? [] : [`the programs ${unbuilt.join(', ')}: conformance/engines/setup.sh builds them; it needs Go`],
  ].flat();
  if (missing.length > 0) throw new Error(`The engines cannot run. They lack:\n${missing.map((item) => `- ${item}`).join('\n')}`);
}

function isEnclosed(): boolean {
  const addresses = Object.values(networkInterfaces()).flatMap((found) => found ?? []);
  return addresses.some(({ address }) => address === ADVERTISED)
    && addresses.every(({ address, internal }) => internal || address === ADVERTISED);
}
