import { InstallationProfile } from './installation-profile';
import { ISTIO_SYSTEM, InstallationValues } from './installation-values';
import { InstalledGateway } from './installed-gateway';
import { chartOnly } from './istio-fields';
import { Values, mergeValues, withoutEmpty } from './merge-values';

/** An installation as `istioctl install -f` reads it. */
export function istioOperator(installation: InstallationValues): Values {
  const { props, namespace, profile } = installation;
  const { validated, unvalidated } = chartOnly(mergeValues(installation.values(), gatewayValues(installation)));
  return {
    apiVersion: 'install.istio.io/v1alpha1',
    kind: 'IstioOperator',
    metadata: { name: props.revision === undefined ? 'istio' : `istio-${props.revision}`, namespace },
    spec: withoutEmpty({
      profile,
      hub: props.images?.hub,
      tag: props.version,
      revision: props.revision,
      compatibilityVersion: props.compatibilityVersion,
      meshConfig: installation.meshConfig(),
      components: components(installation),
      values: validated,
      unvalidatedValues: unvalidated,
    }),
  };
}

function components(installation: InstallationValues): Values {
  const { gateways, namespace, nodeAgentNamespace } = installation;
  const nodeAgent = { enabled: true, namespace: nodeAgentNamespace === namespace ? undefined : nodeAgentNamespace };
  return {
    cni: installation.hasCni ? nodeAgent : undefined,
    ztunnel: installation.isAmbient ? nodeAgent : undefined,
    // Lists replace those of the profile: what is not in them is not installed.
    ingressGateways: gatewayList(installation, gateways.filter((gateway) => gateway._sort !== 'egress'), 'istio-ingressgateway'),
    egressGateways: gatewayList(installation, gateways.filter((gateway) => gateway._sort === 'egress'), 'istio-egressgateway'),
  };
}

function gatewayList(installation: InstallationValues, gateways: readonly InstalledGateway[], absent: string): Values[] {
  if (gateways.length === 0) return [{ name: absent, enabled: false }];
  const allFixed = isFixed(installation, gateways);
  return gateways.map((gateway) => gatewayComponent(installation, gateway, allFixed));
}

function isFixed(installation: InstallationValues, gateways: readonly InstalledGateway[]): boolean {
  return gateways.every((gateway) => !installation.scaleOf(gateway._scale)._isAutoscaled);
}

function gatewayComponent(installation: InstallationValues, gateway: InstalledGateway, allFixed: boolean): Values {
  const { serviceAnnotations, preserveClientAddress, loadBalancerSourceRanges, nodeSelector, spreadOverNodes } = gateway._options;
  const scale = installation.scaleOf(gateway._scale);
  const network = installation.gatewayNetwork(gateway);
  return withoutEmpty({
    name: gateway.name,
    enabled: true,
    namespace: gateway._namespace(installation.namespace),
    // Without labels, those of the chart hold: two gateways would have the same pods.
    label: { ...gateway.selector, 'topology.istio.io/network': network },
    k8s: {
      ...(allFixed ? { replicaCount: scale._min } : { hpaSpec: autoscaler(scale) }),
      resources: installation.gatewayResources(gateway),
      affinity: installation.spread(spreadOverNodes, scale, gateway.selector),
      nodeSelector,
      env: network === undefined ? undefined : [{ name: 'ISTIO_META_REQUESTED_NETWORK_VIEW', value: network }],
      serviceAnnotations,
      service: {
        type: gateway._serviceType,
        externalTrafficPolicy: preserveClientAddress ? 'Local' : undefined,
        loadBalancerSourceRanges,
        ports: gateway._ports,
      },
    },
  });
}

/** Where one gateway is autoscaled, the chart makes an autoscaler for each: one of a fixed number keeps to that number. */
function autoscaler({ _min: minReplicas, _max: maxReplicas, _cpuUtilization: averageUtilization }: ReturnType<InstallationValues['scaleOf']>): Values {
  return {
    minReplicas,
    maxReplicas,
    metrics: averageUtilization === undefined ? undefined : [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } }],
  };
}

/** What gateways of one chart share. */
function gatewayValues(installation: InstallationValues): Values {
  const { gateways, profile } = installation;
  const ofChart = (name: string, sorts: readonly string[]) => {
    const own = gateways.filter(({ _sort }) => sorts.includes(_sort));
    return own.length === 0 ? undefined : { [name]: { autoscaleEnabled: !isFixed(installation, own) } };
  };
  return withoutEmpty({
    // With this profile, nothing else says where the control plane is.
    global: profile === InstallationProfile.EMPTY && installation.namespace !== ISTIO_SYSTEM ? { istioNamespace: installation.namespace } : undefined,
    gateways: { ...ofChart('istio-ingressgateway', ['ingress', 'eastWest']), ...ofChart('istio-egressgateway', ['egress']) },
  });
}
