import { ApiObject, ApiObjectMetadata, Chart } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { checkPlace } from './external-endpoint';
import { AddressKind, VirtualMachineAddress, addressLabel, checkAddress, kindOf } from './virtual-machine-address';
import { VirtualMachineRegistration } from './virtual-machine-registration';
import type { ServiceEntrySpec, WorkloadEntrySpec, WorkloadGroupSpec } from '../imports/networking.istio.io';
import { checkExportTo } from '../model/export-to';
import { checkConstructProps, checkList, checkProps, checkText } from '../model/given';
import { CallerIdentity, IMeshCaller } from '../model/identity';
import { checkIpBlocks } from '../model/ip-blocks';
import { IstioObject } from '../model/istio-object';
import { selects } from '../model/kubernetes-object';
import { MeshPort } from '../model/mesh-port';
import { MeshService } from '../model/mesh-service';
import { IMeshTarget } from '../model/mesh-target';
import { MeshWorkload } from '../model/mesh-workload';
import { validateOncePerSynth } from '../model/once-per-synth';
import { describeTemplate, keepPodsFresh, podsOf } from '../model/pod-index';
import { registerConstruct } from '../model/registered-construct';
import { describeValue } from '../semantics/describe-value';
import { isDnsLabel, isDnsName, isLabelKey, isLabelValue, shortName } from '../semantics/kubernetes-name';
import { PortProtocol } from '../semantics/port-protocol';

/** Virtual machines in the mesh, and the service that they offer. */
export interface VirtualMachineWorkloadProps {
  /** The name of the machines: of their objects, in policies and in messages. A DNS label. */
  readonly name: string;
  /** The service account whose identity the machines have. It has to be there: its tokens are their credentials. */
  readonly serviceAccount: string;
  /** How the mesh comes to know the machines. */
  readonly registration: VirtualMachineRegistration;
  /** The ports of the service. */
  readonly ports: MeshPort[];
  /**
   * The host that callers use.
   *
   * @default - `NAME.NAMESPACE.mesh`, which only DNS of the proxies knows: callers need `ISTIO_META_DNS_CAPTURE`
   */
  readonly host?: string;
  /**
   * IP addresses by which connections of bytes to the host are told apart. Requests know their host.
   *
   * @default - those that Istio makes up, where its DNS proxy is on
   */
  readonly addresses?: string[];
  /**
   * Pods that offer the service together with the machines: any constructs with a pod template, or MeshWorkloads.
   *
   * @default - the machines alone
   */
  readonly pods?: IConstruct[];
  /**
   * The labels of the machines, by which policies select them.
   *
   * @default - `app: NAME`
   */
  readonly labels?: { readonly [label: string]: string };
  /**
   * The namespace of the machines.
   *
   * @default - the chart's
   */
  readonly namespace?: string;
  /**
   * The namespaces that see the service: `.` for its own, `*` for all, or names.
   *
   * @default - all namespaces
   */
  readonly exportTo?: string[];
  /**
   * Labels and annotations of the objects. Their names are made of `name`.
   *
   * @default - none
   */
  readonly metadata?: ApiObjectMetadata;
}

/**
 * Virtual machines that are part of the mesh, alone or together with pods behind one name.
 *
 * Each runs a sidecar of its own, under the identity of a service account: mutual TLS holds to and from it, policies select it by
 * its labels and know it by that account. `service` is taken by everything that takes a service.
 *
 * @see https://istio.io/latest/docs/ops/deployment/vm-architecture/
 */
export class VirtualMachineWorkload extends Construct implements IMeshCaller, IMeshTarget {
  /** The name of the machines. */
  public readonly name: string;
  /** The namespace of the machines. */
  public readonly namespace: string;
  /** What is called: the machines, together with the pods where there are some. */
  public readonly service: MeshService;
  /** The machines alone. */
  public readonly workload: MeshWorkload;
  /** The ServiceEntry. */
  public readonly serviceEntry: ApiObject;
  /** The WorkloadGroup; undefined where addresses are written. */
  public readonly workloadGroup?: ApiObject;
  /** A WorkloadEntry for each address that is written. */
  public readonly workloadEntries: ApiObject[];

  private readonly props: VirtualMachineWorkloadProps;
  private readonly ports: MeshPort[];

  constructor(scope: Construct, id: string, props: VirtualMachineWorkloadProps) {
    super(scope, id);
    registerConstruct(this, VirtualMachineWorkload);
    checkConstructProps(this, props, "{ name: 'legacy', serviceAccount: 'legacy', ports: [MeshPort.http(8080)], registration: VirtualMachineRegistration.at([{ address: '10.1.2.3' }]) }");
    this.props = props;
    this.name = props.name;
    this.namespace = (props.namespace ?? Chart.of(this).namespace) as string;
    this.ports = this.located(() => {
      this.checkNames();
      const ports = namedPorts(props.ports);
      this.checkRegistration(ports);
      return ports;
    });
    keepPodsFresh(this);
    this.workload = MeshWorkload.fromLabels(this, 'Machines', {
      name: this.name, namespace: this.namespace, labels: this.labels, serviceAccount: props.serviceAccount,
    });
    const pods = (props.pods ?? []).map((pod, index) => (pod instanceof MeshWorkload ? pod : new MeshWorkload(this, `Pods${index + 1}`, { workload: pod })));
    this.service = MeshService.fromHost(this, 'Service', {
      host: this.host, namespace: this.namespace, ports: this.ports, workloads: [this.workload, ...pods], exportTo: props.exportTo,
    });
    this.service._enter({ namespace: this.namespace, exportTo: () => props.exportTo, showIn: () => {}, detour: () => undefined });
    this.workloadGroup = props.registration._group && this.createGroup();
    this.workloadEntries = props.registration._addresses.map((address, index) => this.createEntry(address, index));
    this.serviceEntry = this.createServiceEntry();
    validateOncePerSynth(this, () => this.mistakes());
  }

  /** The labels by which policies select the machines. */
  public get selector(): { [label: string]: string } {
    return { ...this.labels };
  }

  public get callerName(): string {
    return this.name;
  }

  public callerIdentities(): CallerIdentity[] {
    return this.workload.callerIdentities();
  }

  /** There are none: a machine is no pod. */
  public callerPods(): IConstruct[] {
    return [];
  }

  private get host(): string {
    return this.props.host ?? `${this.name}.${this.namespace}.mesh`;
  }

  private get labels(): { readonly [label: string]: string } {
    return this.props.labels ?? { app: this.name };
  }

  private createServiceEntry(): ApiObject {
    const { addresses, exportTo } = this.props;
    const kinds = new Set(this.props.registration._addresses.map(kindOf));
    return new IstioObject<ServiceEntrySpec>(this, 'ServiceEntry', {
      kind: 'ServiceEntry',
      metadata: this.metadata(this.name),
      spec: () => ({
        hosts: [this.host],
        exportTo,
        addresses: addresses && checkIpBlocks('addresses', addresses),
        location: 'MESH_INTERNAL',
        resolution: kinds.has(AddressKind.DNS) ? 'DNS' : 'STATIC',
        ports: this.ports.map(({ number, name, protocol, targetPort }) => ({
          number,
          name: name!,
          protocol: protocol === PortProtocol.AUTOMATIC ? undefined : protocol,
          targetPort: targetPort === number ? undefined : targetPort,
        })),
        workloadSelector: { labels: this.sharedLabels() },
      }),
    });
  }

  private createGroup(): ApiObject {
    const { probe, ports, network, locality } = this.props.registration._group!;
    return new IstioObject<WorkloadGroupSpec>(this, 'WorkloadGroup', {
      kind: 'WorkloadGroup',
      metadata: this.metadata(this.name),
      spec: () => ({
        metadata: { labels: this.selector },
        template: { serviceAccount: this.props.serviceAccount, ports, network, locality },
        probe: probe?._spec,
      }),
    });
  }

  private createEntry(one: VirtualMachineAddress, index: number): ApiObject {
    const { address, ports, network, locality, weight } = one;
    return new IstioObject<WorkloadEntrySpec>(this, `WorkloadEntry${index + 1}`, {
      kind: 'WorkloadEntry',
      metadata: this.metadata(shortName(`${this.name}-${addressLabel(one)}`)),
      spec: () => ({ address, labels: this.selector, serviceAccount: this.props.serviceAccount, ports, network, locality, weight }),
    });
  }

  private metadata(name: string): ApiObjectMetadata {
    return { ...this.props.metadata, name, namespace: this.namespace };
  }

  /** What machines and pods have in common, by which both are selected. */
  private sharedLabels(): { [label: string]: string } {
    if (this.service.workloads.length === 1) return this.selector;
    const templates = this.service.workloads.slice(1).map((workload) => workload._podFacts()?.labels ?? workload.selector);
    const shared = Object.entries(this.selector).filter(([key, value]) => templates.every((labels) => labels[key] === value));
    if (shared.length > 0) return Object.fromEntries(shared);
    throw new Error(`[${this.node.path}] the machines have the labels ${listOf(this.selector)}, and the pods have none of them, so nothing could select both. Give both one label, by \`labels\`.`);
  }

  private mistakes(): string[] {
    let shared: { [label: string]: string };
    try {
      shared = this.sharedLabels();
    } catch (error) {
      return [(error as Error).message.replace(`[${this.node.path}] `, '')];
    }
    const meant = new Set<unknown>(this.service.callerPods());
    const known = this.service.workloads.slice(1).filter((workload) => workload.rendered === undefined).map((workload) => workload.selector);
    const others = podsOf(this).inNamespace(this.namespace)
      .filter(({ object, facts: { allLabels } }) =>
        !meant.has(object) && selects(shared, allLabels) && !known.some((selector) => selects(selector, allLabels)))
      .map(describeTemplate);
    return others.length === 0 ? [] : [
      `the ServiceEntry for ${this.host} selects ${listOf(shared)}, and so these pods, too: ${others.join('; ')}. Name them in \`pods\` if they offer the service, or give the machines labels of their own.`,
    ];
  }

  private checkNames(): void {
    const { name, serviceAccount, host, labels, metadata, exportTo, pods, addresses } = this.props;
    if (typeof name !== 'string' || !isDnsLabel(name)) throw new Error(`\`name\` is ${describeValue(name)}: lower-case letters, digits and dashes are allowed, at most 63.`);
    if (typeof this.namespace !== 'string' || !isDnsLabel(this.namespace)) {
      throw new Error(this.namespace === undefined
        ? 'the namespace is not known. Give `namespace`, here or to its Chart.'
        : `\`namespace\` is ${describeValue(this.namespace)}: lower-case letters, digits and dashes are allowed, at most 63.`);
    }
    if (typeof serviceAccount !== 'string' || !isDnsName(serviceAccount)) {
      throw new Error(`\`serviceAccount\` is ${describeValue(serviceAccount)}. Name the account whose identity the machines have, for example "${name}"; without one they would have none, and no mutual TLS.`);
    }
    if (host !== undefined) checkText('host', host, 'legacy.shop.mesh');
    if (labels !== undefined) checkLabels(labels);
    if (metadata !== undefined) {
      checkProps(metadata, "metadata: { labels: { team: 'shop' } }");
      if (metadata.name !== undefined || (metadata.namespace ?? this.namespace) !== this.namespace) throw new Error('`metadata`: names are made of `name`, and the namespace is `namespace`. Give labels and annotations only.');
    }
    if (pods !== undefined) checkList('pods', pods, '[deployment]');
    if (addresses !== undefined) checkIpBlocks('addresses', addresses);
    checkExportTo(this.node.path, this.namespace, exportTo);
  }

  private checkRegistration(ports: readonly MeshPort[]): void {
    const { registration, pods = [] } = this.props;
    if (!(registration instanceof VirtualMachineRegistration)) {
      throw new Error(`\`registration\` is ${describeValue(registration)}. Say VirtualMachineRegistration.at([{ address: '10.1.2.3' }]) or VirtualMachineRegistration.byItself().`);
    }
    const { _group: group, _addresses: addresses } = registration;
    if (group) {
      checkPlace('registration', group);
      checkAddress({ address: '127.0.0.1', ports: group.ports }, ports);
    }
    for (const address of addresses) checkAddress(address, ports);
    const twice = addresses.find(({ address }, index) => addresses.findIndex((other) => other.address === address) !== index);
    if (twice) throw new Error(`addresses: ${twice.address} is given twice. Give it once, and more \`weight\` where it is to get more.`);
    const named = addresses.find((address) => kindOf(address) === AddressKind.DNS);
    const others = addresses.find((address) => kindOf(address) !== AddressKind.DNS);
    if (named && (others || pods.length > 0)) {
      throw new Error(`addresses: ${named.address} is a DNS name, which proxies ask DNS for, and ${others ? others.address : 'pods'} they are told. Istio knows one of the two for a service: give IP addresses only${others && pods.length === 0 ? ', or DNS names only' : ''}.`);
    }
  }

  private located<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      const { message } = error as Error;
      throw new Error(message.startsWith('[') ? message : `[${this.node.path}] ${message}`);
    }
  }
}

/** A port of a ServiceEntry needs a name. */
function namedPorts(ports: readonly MeshPort[]): MeshPort[] {
  checkList('ports', ports, '[MeshPort.http(8080)]');
  if (ports.length === 0) throw new Error('`ports` is empty. Name at least one, for example [MeshPort.http(8080)].');
  return ports.map((port) => {
    if (!(port instanceof MeshPort)) throw new Error(`\`ports\` holds ${describeValue(port)}. Give MeshPorts, for example [MeshPort.http(8080)].`);
    const { number, protocol, targetPort, name = `${protocol === PortProtocol.AUTOMATIC ? 'port' : protocol.toLowerCase()}-${number}` } = port;
    if (protocol === PortProtocol.UDP) throw new Error(`port ${port.toString()} is UDP, which the mesh leaves alone. Leave it out.`);
    return MeshPort.of({ number, protocol, targetPort, name });
  });
}

function checkLabels(labels: { readonly [label: string]: string }): void {
  checkProps(labels, "labels: { app: 'legacy' }");
  if (Object.keys(labels).length === 0) throw new Error("`labels` is empty, and nothing could select the machines. Give at least one, for example { app: 'legacy' }.");
  for (const [key, value] of Object.entries(labels)) {
    if (!isLabelKey(key) || typeof value !== 'string' || !isLabelValue(value)) {
      throw new Error(`\`labels\` has ${key}=${describeValue(value)}. Keys and values are at most 63 letters, digits, dashes, dots and underscores.`);
    }
  }
}

function listOf(labels: { readonly [label: string]: string }): string {
  return Object.entries(labels).map(([key, value]) => `${key}=${value}`).join(', ');
}
