import { ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { namespace } from './application';

const LABELS = { istio: 'egressgateway' };
/** As Istio's own charts have it: the pods listen on ports above 1024. */
const TARGETS: Record<number, number> = { 80: 8080, 443: 8443 };

/** The pods of an egress gateway and their Service, in a namespace `istio-egress`, and no Gateway: nothing of our constructs. */
export class EgressPods extends Construct {
  /** The gateway's pods. */
  public static readonly workload = 'istio-egress/istio-egressgateway';

  constructor(scope: Chart, id: string) {
    super(scope, id);
    const metadata = { name: 'istio-egressgateway', namespace: 'istio-egress' };
    namespace(this, metadata.namespace);
    new ApiObject(this, 'deployment', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        selector: { matchLabels: LABELS },
        template: {
          metadata: { labels: LABELS, annotations: { 'inject.istio.io/templates': 'gateway' } },
          spec: {
            serviceAccountName: 'istio-egressgateway',
            containers: [{ name: 'istio-proxy', image: 'auto', ports: Object.values(TARGETS).map((containerPort) => ({ containerPort })) }],
          },
        },
      },
    });
    new ApiObject(this, 'service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { selector: LABELS, ports: [{ name: 'http2', port: 80, targetPort: 8080 }, { name: 'https', port: 443, targetPort: 8443 }] },
    });
  }
}

export interface HostOutsideOptions {
  /** The names that DNS leads to it, and that its certificate has. */
  readonly names: string[];
  /** The authority of its certificate, where it is not one that machines trust by themselves. */
  readonly authority?: string;
  /** The authority whose client certificates it demands. */
  readonly clientAuthority?: string;
  /** Names of its certificate, where they are others than its own. */
  readonly address?: string;
}

/** A host of the world, in a namespace without sidecars: HTTP at 80, HTTPS at 443 and bytes at 5432. */
export function hostOutside(chart: Chart, name: string, { names, authority, clientAuthority, address }: HostOutsideOptions): void {
  const asked = { 'dns-names': names.join(','), 'ca': authority, 'client-ca': clientAuthority, 'ip': address };
  const annotations = Object.fromEntries(Object.entries(asked).flatMap(([key, value]) => (value === undefined ? [] : [[`judge.cdk8s-istio/${key}`, value]])));
  new ApiObject(chart, name, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name }, annotations },
        spec: { containers: [{ name, image: 'host', ports: [{ containerPort: 80 }, { name: 'https', containerPort: 443 }, { name: 'tcp', containerPort: 5432 }] }] },
      },
    },
  });
}
