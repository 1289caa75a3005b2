import { Construct } from 'constructs';
import { ControlPlaneUpgradePlan } from './control-plane-upgrade-plan';
import { ControlPlaneUpgradeProps } from './control-plane-upgrade-props';
import { DEFAULT_TAG } from './revision-tag';
import { checkUpgrade } from './upgrade-checks';
import { UpgradeReadme } from './upgrade-readme';
import { UpgradeSteps } from './upgrade-steps';
import { UpgradedInstallations } from './upgraded-installations';
import { UpgradedNamespaces } from './upgraded-namespaces';
import { changesBetween, unknownBetween } from './version-changes';
import { checkConstructProps } from '../../model/given';
import { locatedAt } from '../../model/located-at';
import { registerConstruct } from '../../model/registered-construct';

/**
 * The way from one control plane to the next: both run beside each other, and namespaces move one by one, each pod served by
 * exactly one of them at any time.
 *
 * It writes nothing into the chart: `plan()` makes a folder a step, each with what is applied, what to look at, and the way back.
 *
 * @see https://istio.io/latest/docs/setup/upgrade/canary/
 */
export class ControlPlaneUpgrade extends Construct {
  private readonly props: ControlPlaneUpgradeProps;

  /** @throws for steps that Istio does not support, and for what would leave pods with no control plane or with two */
  constructor(scope: Construct, id: string, props: ControlPlaneUpgradeProps) {
    super(scope, id);
    registerConstruct(this, ControlPlaneUpgrade);
    checkConstructProps(this, props, "new ControlPlaneUpgrade(scope, 'upgrade', { current: istio, next: nextIstio, namespaces: ['shop'] })");
    locatedAt(this, () => checkUpgrade(props));
    this.props = { ...props, namespaces: [...props.namespaces] };
  }

  /**
   * The steps. To be asked when the App is complete: its Namespaces say by which label they are in the mesh.
   *
   * Throws where one of them has a label by which the current control plane does not answer for it, and where one is left behind.
   */
  public plan(): ControlPlaneUpgradePlan {
    return locatedAt(this, () => {
      const { current, next } = this.props;
      const tag = this.props.tag ?? (current.revision === undefined ? DEFAULT_TAG : undefined);
      const namespaces = new UpgradedNamespaces(this.node.root, this.props, tag);
      if (namespaces.mistakes.length > 0) throw new Error(namespaces.mistakes.join('\n  '));
      const numbered = new UpgradeSteps(new UpgradedInstallations(current, next), namespaces.all, tag).all.map(({ name, title, content }, index) => {
        const folder = `${String(index).padStart(2, '0')}-${name}`;
        return { folder, title, content: content(folder) };
      });
      const changes = changesBetween(current, next);
      const readme = new UpgradeReadme(current, next, numbered, changes, unknownBetween(current, next));
      const steps = numbered.map(({ folder, content: { files, releases } }, index) => ({
        name: folder, files: [...files], releases: [...releases], readme: readme.ofStep(index),
      }));
      return ControlPlaneUpgradePlan._of(this.node.path, steps, readme.ofAll(), changes);
    });
  }
}
