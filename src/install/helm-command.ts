import type { ChartRelease } from './chart-release';
import { isOci, repositoryOf } from './release-order';

/**
 * What is called at a shell to install or upgrade a release.
 *
 * @param file with its values
 */
export function helmUpgrade(release: ChartRelease, file: string, isWaitedFor: boolean): string {
  const { name, namespace, chart, version } = release;
  const source = isOci(release) ? `${repositoryOf(release)}/${chart}` : `${chart} --repo ${repositoryOf(release)}`;
  return [
    `helm upgrade --install ${name} ${source}`,
    `--version ${version}`,
    `--namespace ${namespace} --create-namespace`,
    `--values ${file}${isWaitedFor ? ' --wait' : ''}`,
  ].join(' \\\n  ');
}
