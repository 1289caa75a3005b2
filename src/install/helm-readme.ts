import type { ChartRelease } from './chart-release';
import { helmUpgrade } from './helm-command';
import { namespaceLabels } from './release-order';
import { page, shell, table } from '../model/markdown';

/** A release with the name of its file of values. */
export interface ReleaseFile extends ChartRelease {
  readonly file: string;
}

/** What to call, for a person at a shell in the folder of the files. */
export class HelmReadme {
  constructor(private readonly releases: readonly ReleaseFile[]) {}

  public get text(): string {
    const names = this.releases.map(({ name }) => name);
    return page([
      `# ${names.join(', ')}`,
      'Each file holds the values of one release. Run the commands in this folder, from top to bottom; all of them can be run again, and '
      + 'a second run upgrades what is there to what the files say.',
      table(['Release', 'Namespace', 'Chart', 'Version', 'Needs', 'Values'], this.releases.map((release) => [
        release.name, release.namespace, release.chart, release.version, (release.dependsOn ?? []).join(', ') || '–', `[${release.file}](${release.file})`,
      ])),
      '## Install or upgrade',
      ...this.labelled(),
      ...this.releases.flatMap((release) => [`### ${release.name}`, shell(this.install(release))]),
      '## Look at it',
      'Each release says `deployed`, and each pod is ready:',
      shell([...new Set(this.releases.map(({ namespace }) => namespace))]
        .flatMap((namespace) => [`helm list --namespace ${namespace}`, `kubectl get pods --namespace ${namespace}`]).join('\n')),
      '## Go back',
      'To what a release was before its last upgrade, from bottom to top (`helm history` lists what there was):',
      shell(this.backwards().map(({ name, namespace }) => `helm rollback ${name} --namespace ${namespace} --wait`).join('\n')),
      'To take everything away. Definitions of kinds that a chart keeps stay, and with them the objects of these kinds; so do namespaces:',
      shell(this.backwards().map(({ name, namespace }) => `helm uninstall ${name} --namespace ${namespace} --wait`).join('\n')),
    ]);
  }

  /** Where labels of a namespace matter, it has to have them before anything runs in it. */
  private labelled(): string[] {
    const commands = [...namespaceLabels(this.releases)].filter(([, labels]) => Object.keys(labels).length > 0).flatMap(([namespace, labels]) => [
      `kubectl create namespace ${namespace} --dry-run=client --output yaml | kubectl apply --filename -`,
      `kubectl label namespace ${namespace} --overwrite ${Object.entries(labels).map(([label, value]) => `${label}=${value}`).join(' ')}`,
    ]);
    return commands.length === 0 ? [] : ['### Namespaces', shell(commands.join('\n'))];
  }

  private install(release: ReleaseFile): string {
    // A LoadBalancer may wait for its address for ever: only what others need is waited for.
    return helmUpgrade(release, release.file, this.releases.some(({ dependsOn }) => dependsOn?.includes(release.name)));
  }

  private backwards(): ReleaseFile[] {
    return [...this.releases].reverse();
  }
}
