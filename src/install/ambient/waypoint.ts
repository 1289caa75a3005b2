import { ApiObject, Chart, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { WaypointProps, WaypointTraffic } from './waypoint-props';
import { AMBIENT_LABELS, NO_WAYPOINT, WaypointUser, ambientMeshOf, useWaypointLabels } from '../../model/ambient-mesh';
import { AppRegistry, doubled } from '../../model/app-registry';
import { checkConstructProps, checkFlags, checkList, checkMember, checkProps } from '../../model/given';
import { locatedAt } from '../../model/located-at';
import { MeshService } from '../../model/mesh-service';
import { IWaypoint } from '../../model/mesh-waypoint';
import { validateOncePerSynth } from '../../model/once-per-synth';
import { keepPodsFresh } from '../../model/pod-index';
import { registerConstruct } from '../../model/registered-construct';
import { Injection } from '../../security/injection';
import { describeValue } from '../../semantics/describe-value';
import { isDnsLabel } from '../../semantics/kubernetes-name';

/** What ztunnel speaks to waypoints. */
const HBONE = { name: 'mesh', port: 15008, protocol: 'HBONE' };
const WAYPOINT_FOR = 'istio.io/waypoint-for';

/**
 * A waypoint: the proxy of a namespace, or of single Services, that judges and routes requests in the ambient mesh, where
 * ztunnel sees connections only. Istio runs it; this writes the Gateway of the Gateway API that asks for it.
 *
 * It does nothing until it is used: by a namespace (`new AmbientNamespace(…, { waypoint })`), by a Service (`serve`), or by
 * labels of one's own. Policies are said to it by `PolicyScope.waypoint(waypoint)` and `PolicyScope.service(service)`.
 *
 * @see https://istio.io/latest/docs/ambient/usage/waypoint/
 */
export class Waypoint extends Construct implements IWaypoint {
  /**
   * A waypoint that somebody else writes.
   *
   * @param name the name of its Gateway
   * @param namespace the namespace it stands in
   */
  public static existing(name: string, namespace: string): IWaypoint {
    checkName('Waypoint.existing: ', name);
    checkNamespace('Waypoint.existing: ', namespace);
    return { name, namespace };
  }

  /** The name of the Gateway, of its pods and of the service account they run under. */
  public readonly name: string;
  /** The namespace it stands in. */
  public readonly namespace: string;
  /** The Gateway. */
  public readonly gateway: ApiObject;

  private readonly props: WaypointProps;

  constructor(scope: Construct, id: string, props: WaypointProps = {}) {
    super(scope, id);
    registerConstruct(this, Waypoint);
    checkConstructProps(this, props, "new Waypoint(scope, 'id', { namespace: 'shop' })");
    this.props = { ...props };
    [this.name, this.namespace] = locatedAt(this, () => this.checked());
    this.gateway = this.written();
    keepPodsFresh(this);
    WAYPOINTS.register(this, this);
    validateOncePerSynth(this, () => this.mistakes());
  }

  /** Whose traffic it takes. */
  public get traffic(): WaypointTraffic {
    return this.props.traffic ?? WaypointTraffic.SERVICE;
  }

  /**
   * Lets a Service use this waypoint, whatever its namespace says: what is sent to it goes through here.
   *
   * @param service a Service that this App writes; one of others is labelled by them
   */
  public serve(service: MeshService): Waypoint {
    locatedAt(this, () => {
      if (!(service instanceof MeshService)) throw new Error(`serve: ${describeValue(service)} is no Service. Give a MeshService.`);
      const object = service._serviceObject;
      const labels = Object.entries(useWaypointLabels(this, service.namespace));
      if (object === undefined) {
        throw new Error(`serve: the Service ${service.namespace}/${service.name} is not written by this App. Where it is, label it ${labels.map(([key, value]) => `${key}: ${value}`).join(', ')}.`);
      }
      const before = object.metadata.getLabel(AMBIENT_LABELS.useWaypoint);
      if (before !== undefined && before !== this.name) {
        throw new Error(`serve: the Service ${service.namespace}/${service.name} names the waypoint ${before} already. A Service has one: take the label out, or serve it there.`);
      }
      for (const [key, value] of labels) object.metadata.addLabel(key, value);
      if (Chart.of(object) === Chart.of(this)) object.addDependency(this.gateway);
    });
    return this;
  }

  private written(): ApiObject {
    const { metadata, revision } = this.props;
    const labels = {
      ...metadata?.labels,
      [WAYPOINT_FOR]: this.traffic,
      ...revision === undefined ? {} : { 'istio.io/rev': revision },
    };
    return new ApiObject(this, 'Gateway', {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { ...metadata, labels, name: this.name, namespace: this.namespace },
      spec: { gatewayClassName: 'istio-waypoint', listeners: Lazy.any({ produce: () => [this.listener()] }) },
    });
  }

  private listener(): object {
    const { openTo = [] } = this.props;
    if (openTo.length === 0) return HBONE;
    const values = [...new Set([this.namespace, ...openTo])].sort();
    return {
      ...HBONE,
      // Kubernetes gives every namespace this label, and nobody can change it.
      allowedRoutes: { namespaces: { from: 'Selector', selector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values }] } } },
    };
  }

  private checked(): [name: string, namespace: string] {
    const { name = 'waypoint', traffic, openTo, usedElsewhere, revision, metadata } = this.props;
    checkName('', name);
    const namespace = this.props.namespace ?? Chart.of(this).namespace;
    if (namespace === undefined) throw new Error("the namespace is not known. Give `namespace`, here or to its Chart (new Chart(app, 'id', { namespace: 'shop' })).");
    checkNamespace('', namespace);
    checkFlags({ usedElsewhere });
    if (traffic !== undefined) checkMember('traffic', traffic, 'WaypointTraffic', WaypointTraffic);
    if (revision !== undefined) Injection.revision(revision);
    if (openTo !== undefined) {
      checkList('openTo', openTo, "['web']");
      for (const one of openTo) if (typeof one !== 'string' || !isDnsLabel(one)) throw new Error(`\`openTo\` holds ${describeValue(one)}, which is not a namespace name: lower-case letters, digits and dashes, at most 63.`);
    }
    if (metadata !== undefined) {
      checkProps(metadata, "metadata: { labels: { team: 'shop' } }");
      if (metadata.name !== undefined || metadata.namespace !== undefined) throw new Error('`metadata` has a name or a namespace. Give them as `name` and `namespace`.');
      const own = [WAYPOINT_FOR, 'istio.io/rev'].find((label) => metadata.labels?.[label] !== undefined);
      if (own !== undefined) throw new Error(`\`metadata\` has the label ${own}. Say it by \`${own === WAYPOINT_FOR ? 'traffic' : 'revision'}\`.`);
    }
    return [name, namespace];
  }

  private mistakes(): string[] {
    const users = ambientMeshOf(this).users.filter(({ waypoint }) => waypoint.name === this.name && waypoint.namespace === this.namespace);
    if (users.length === 0) return this.props.usedElsewhere || this.traffic === WaypointTraffic.NONE ? [] : [this.unused()];
    return users.flatMap((user) => [...this.closedTo(user), ...this.doesNotTake(user)]);
  }

  private unused(): string {
    const label = `${AMBIENT_LABELS.useWaypoint}: ${this.name}`;
    return `nobody uses the waypoint ${this.namespace}/${this.name}: no Namespace, Service, ServiceEntry or pod of this App has the label ${label}, so no request goes through it and its policies judge nothing. `
      + `Use it for a namespace (new AmbientNamespace(scope, 'id', { name: '${this.namespace}', waypoint })) or a Service (waypoint.serve(service)), or say usedElsewhere: true where something else names it.`;
  }

  private closedTo({ title, namespace }: WaypointUser): string[] {
    const { openTo = [] } = this.props;
    return namespace === this.namespace || openTo.includes(namespace) ? [] : [
      `${title} uses the waypoint ${this.namespace}/${this.name}, which is open to ${[this.namespace, ...openTo].join(', ')} only: Istio would leave ${namespace} without a waypoint. Say openTo: ['${namespace}'].`,
    ];
  }

  private doesNotTake({ title, kind }: WaypointUser): string[] {
    if (this.traffic === WaypointTraffic.ALL) return [];
    const wants = kind === 'Service' || kind === 'ServiceEntry' ? WaypointTraffic.SERVICE : kind === 'Namespace' ? undefined : WaypointTraffic.WORKLOAD;
    if (this.traffic !== WaypointTraffic.NONE && (wants === undefined || wants === this.traffic)) return [];
    return [
      `${title} uses the waypoint ${this.namespace}/${this.name}, which takes traffic of ${this.traffic === WaypointTraffic.NONE ? 'nobody' : `${this.traffic}s`}: nothing would go through it. `
      + `Say traffic: WaypointTraffic.ALL${wants === undefined ? '' : `, or WaypointTraffic.${wants.toUpperCase()}`}.`,
    ];
  }
}

const WAYPOINTS = new AppRegistry<Waypoint>((all) => doubled(all, ({ name, namespace }) => `${namespace}/${name}`)
  .map(([first, later]) => `[${later.node.path}] the waypoint ${later.namespace}/${later.name} is that of [${first.node.path}] too. Leave one of them out, or give it another \`name\`.`));

function checkName(where: string, name: unknown): void {
  if (typeof name !== 'string' || !isDnsLabel(name)) throw new Error(`${where}\`name\` is ${describeValue(name)}, which is no name of a waypoint: lower-case letters, digits and dashes, at most 63.`);
  if (name === NO_WAYPOINT) throw new Error(`${where}\`name\` is "${NO_WAYPOINT}", the word by which something does without a waypoint. Give another one, for example "waypoint".`);
}

function checkNamespace(where: string, namespace: unknown): void {
  if (typeof namespace === 'string' && isDnsLabel(namespace)) return;
  throw new Error(`${where}\`namespace\` is ${describeValue(namespace)}, which is not a namespace name: lower-case letters, digits and dashes, at most 63.`);
}
