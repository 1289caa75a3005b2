import { GoModule } from './go-module';
import { KubernetesObject } from './kubernetes-object';
import { Program } from './program';
import { PROMETHEUS } from './prometheus';

/** A rollout engine: its CRDs, and how its controller is started. */
export interface Engine {
  readonly title: string;
  readonly version: string;
  crds(): KubernetesObject[];
  start(kubeconfig: string): Program;
}

/** Argo Rollouts. */
export function argoRolloutsEngine(): Engine {
  const module = new GoModule('argo-rollouts', 'github.com/argoproj/argo-rollouts');
  return {
    title: 'Argo Rollouts',
    version: module.version,
    crds: () => module.crds('manifests/crds'),
    start: (kubeconfig) => new Program('rollouts-controller', [`--kubeconfig=${kubeconfig}`, '--leader-elect=false']),
  };
}

/** Flagger. */
export function flaggerEngine(): Engine {
  const module = new GoModule('flagger', 'github.com/fluxcd/flagger');
  return {
    title: 'Flagger',
    version: module.version,
    crds: () => module.crds('artifacts/flagger/crd.yaml'),
    start: (kubeconfig) => new Program('flagger', [
      `-kubeconfig=${kubeconfig}`, '-mesh-provider=istio', `-metrics-server=${PROMETHEUS}`, '-port=10080', '-log-level=info',
    ]),
  };
}
