import { ChartRelease } from '../chart-release';
import { IstioInstallation } from '../istio-installation';
import { Values, mergeValues } from '../merge-values';

const BASE = 'base';
const ISTIOD = 'istiod';
const NODE_AGENT = 'cni';
const GATEWAY = 'gateway';

/** Which parts of an installation a file installs, beside the control plane. */
export interface InstalledParts {
  readonly gateways: boolean;
  readonly nodeAgent: boolean;
}

/** Two installations of one cluster, in parts: some are of a revision, of others the cluster has one. */
export class UpgradedInstallations {
  constructor(public readonly current: IstioInstallation, public readonly next: IstioInstallation) {}

  public get hasGateways(): boolean {
    return this.next.gateways.length > 0;
  }

  /** Whether it stays; otherwise there is none, or it comes with the next control plane, whose pods do not start without it. */
  public get keepsNodeAgent(): boolean {
    return hasNodeAgent(this.next) && hasNodeAgent(this.current);
  }

  private get bringsNodeAgent(): boolean {
    return hasNodeAgent(this.next) && !hasNodeAgent(this.current);
  }

  /** What has to be there beside the current installation; nothing of its own is changed by it. */
  public get beside(): ChartRelease[] {
    const agents = this.bringsNodeAgent ? of(this.next, NODE_AGENT) : [];
    return ordered([this.base(this.current), ...this.authorities([this.current, this.next]), ...of(this.next, ISTIOD), ...agents]);
  }

  /** The same for istioctl. */
  public get operatorBeside(): Values {
    return this.operator(this.next, { gateways: false, nodeAgent: this.bringsNodeAgent });
  }

  /** The next installation with its gateways, for istioctl. */
  public get operatorWithGateways(): Values {
    return this.operator(this.next, { gateways: true, nodeAgent: this.bringsNodeAgent });
  }

  /** @param leads to whom configuration is given that no revision claims */
  public base(leads: IstioInstallation): ChartRelease {
    const [release] = of(this.next, BASE);
    return { ...release, values: mergeValues(release.values, { defaultRevision: leads.revision ?? 'default' }) };
  }

  /** Signers beside istiod, which know the control planes by their revisions. */
  public authorities(served: readonly IstioInstallation[]): ChartRelease[] {
    const revisions = served.map(({ revision }) => revision ?? 'default');
    return ordered(this.next.releases.filter(({ chart }) => ![BASE, ISTIOD, NODE_AGENT, GATEWAY].includes(chart))
      .map((release) => ({ ...release, values: mergeValues(release.values, { app: { istio: { revisions } } }) })));
  }

  public gateways(installation: IstioInstallation): ChartRelease[] {
    return ordered(of(installation, GATEWAY));
  }

  public nodeAgents(installation: IstioInstallation): ChartRelease[] {
    return ordered(of(installation, NODE_AGENT));
  }

  public istiod(installation: IstioInstallation): ChartRelease[] {
    return ordered(of(installation, ISTIOD));
  }

  /** For istioctl: what is left out is not touched, as it is of another revision, or of none. */
  public operator(installation: IstioInstallation, { gateways, nodeAgent }: InstalledParts): Values {
    const { spec, ...head } = installation.istioOperator;
    const { cni, ingressGateways, egressGateways, ...components } = spec.components ?? {};
    return {
      ...head,
      spec: {
        ...spec,
        components: {
          ...components,
          ...(gateways ? { ingressGateways, egressGateways } : {
            ingressGateways: [{ name: 'istio-ingressgateway', enabled: false }],
            egressGateways: [{ name: 'istio-egressgateway', enabled: false }],
          }),
          ...(cni === undefined ? {} : { cni: nodeAgent ? cni : { ...cni, enabled: false } }),
        },
      },
    };
  }
}

export function hasNodeAgent({ releases }: IstioInstallation): boolean {
  return releases.some(({ chart }) => chart === NODE_AGENT);
}

function of(installation: IstioInstallation, chart: string): ChartRelease[] {
  return installation.releases.filter((release) => release.chart === chart);
}

/** Of what they depend on, that which is among them. */
function ordered(releases: readonly ChartRelease[]): ChartRelease[] {
  const names = releases.map(({ name }) => name);
  return releases.map(({ dependsOn = [], ...release }) => {
    const own = dependsOn.filter((name) => names.includes(name));
    return { ...release, ...(own.length === 0 ? {} : { dependsOn: own }) };
  });
}
