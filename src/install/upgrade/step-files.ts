import { Yaml } from 'cdk8s';
import { ControlPlaneUpgradeFile } from './control-plane-upgrade-plan';
import { NamespaceLabel, UpgradedNamespace, labelPatch } from './upgraded-namespaces';
import { ChartRelease } from '../chart-release';
import { helmUpgrade } from '../helm-command';
import { HelmFiles } from '../helm-files';
import { Values } from '../merge-values';

/** Where files for the way back are, in the folder of a step. */
export const BACK = 'back/';

/** Files, and the commands that apply them from the folder of the plan. */
export interface Applied {
  readonly files: readonly ControlPlaneUpgradeFile[];
  readonly commands: string;
}

/** @param below `back/` for the way back */
export function operatorFile(folder: string, operator: Values, below = ''): Applied {
  const name = `${below}istio-operator.yaml`;
  return { files: [{ name, content: Yaml.stringify(operator) }], commands: `istioctl install --filename ${folder}/${name}` };
}

export function helmFiles(folder: string, releases: readonly ChartRelease[], below = ''): Applied {
  const values = HelmFiles.of([...releases]).files.map((file) => ({ ...file, name: `${below}helm/${file.name}` }));
  return {
    files: values.map(({ name, content }) => ({ name, content })),
    // A LoadBalancer may wait for its address for ever.
    commands: values.map(({ name, release }) => {
      const own = releases.find((one) => one.name === release)!;
      return helmUpgrade(own, `${folder}/${name}`, own.chart !== 'gateway');
    }).join('\n'),
  };
}

/** The label of namespaces: a patch each, which takes the other labels away in the same moment. */
export function labelFiles(folder: string, namespaces: readonly UpgradedNamespace[], labelOf: (one: UpgradedNamespace) => NamespaceLabel, below = ''): Applied {
  const digits = String(namespaces.length * 10).length;
  const files = namespaces.map((namespace, index) => ({
    name: `${below}${String((index + 1) * 10).padStart(digits, '0')}-namespace-${namespace.name}.patch.yaml`,
    content: Yaml.stringify(labelPatch(labelOf(namespace))),
  }));
  return {
    files,
    commands: files.map(({ name }, index) => `kubectl patch namespace ${namespaces[index].name} --type merge --patch-file ${folder}/${name}`).join('\n'),
  };
}

export function together(...all: readonly Applied[]): Applied {
  return { files: all.flatMap(({ files }) => files), commands: all.map(({ commands }) => commands).filter(Boolean).join('\n') };
}
