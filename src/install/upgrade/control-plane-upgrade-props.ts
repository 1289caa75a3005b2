import { IstioInstallation } from '../istio-installation';

export interface ControlPlaneUpgradeProps {
  /** What is installed. */
  readonly current: IstioInstallation;
  /** What takes its place: of another revision, at most two minor versions newer. */
  readonly next: IstioInstallation;
  /** All namespaces whose pods have sidecars, in the order in which they are moved: those first that matter least. */
  readonly namespaces: string[];
  /**
   * The revision tag by which the namespaces are in the mesh (`istio.io/rev: TAG`). At the end it leads to the next control plane,
   * and they have it again: what labels them in code stays as it is. `default` stands for namespaces with `istio-injection: enabled`.
   *
   * @default - "default" where the current installation has no revision; else none: namespaces are labelled with the revision
   */
  readonly tag?: string;
}
