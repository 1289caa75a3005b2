import { ApiObject, ApiObjectMetadata, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { AppRegistry, doubled } from './app-registry';
import { faultExpiries } from './fault-expiry';
import { resolveLazy } from './kubernetes-object';
import { misreadIn } from './misread';
import { wireNames } from './wire-names';
import type { VirtualServiceSpec } from '../imports/networking.istio.io';
import { FAULT_ANNOTATION } from '../semantics/fault-annotation';

/** The version that Istio 1.31 stores for each kind we write. */
const API_VERSIONS = {
  VirtualService: 'networking.istio.io/v1',
  DestinationRule: 'networking.istio.io/v1',
  Sidecar: 'networking.istio.io/v1',
  Gateway: 'networking.istio.io/v1',
  ServiceEntry: 'networking.istio.io/v1',
  WorkloadEntry: 'networking.istio.io/v1',
  WorkloadGroup: 'networking.istio.io/v1',
  EnvoyFilter: 'networking.istio.io/v1alpha3',
  ProxyConfig: 'networking.istio.io/v1beta1',
  RequestAuthentication: 'security.istio.io/v1',
  PeerAuthentication: 'security.istio.io/v1',
  AuthorizationPolicy: 'security.istio.io/v1',
  Telemetry: 'telemetry.istio.io/v1',
  WasmPlugin: 'extensions.istio.io/v1alpha1',
  TrafficExtension: 'extensions.istio.io/v1alpha1',
} as const;

export type IstioKind = keyof typeof API_VERSIONS;

/**
 * A generated spec with the enums opened to the strings they stand for, so that our code needs
 * the L1 modules as types only.
 */
export type Spec<T> =
  T extends string ? `${T}`
    : T extends readonly (infer U)[] ? readonly Spec<U>[]
      : T extends object ? { readonly [K in keyof T]: Spec<T[K]> }
        : T;

export interface IstioObjectProps<T> {
  readonly kind: IstioKind;
  readonly metadata: ApiObjectMetadata;
  /** Called at synth, when every contributor has spoken. */
  readonly spec: () => Spec<T>;
}

/** All objects that our constructs write: of two with one name, `kubectl apply` keeps the later. */
const ISTIO_OBJECTS = new AppRegistry<ApiObject>((objects) => doubled(objects, nameOf).map(([first, later]) =>
  `[${later.node.path}] and [${first.node.path}] both write the ${nameOf(later)}. Give one of them another name (\`metadata.name\`).`));

function nameOf({ kind, metadata, name }: ApiObject): string {
  return `${kind} ${resolveLazy(metadata.namespace) ?? ''}/${resolveLazy(metadata.name) ?? name}`;
}

/**
 * A plain ApiObject, because a generated class silently drops what it does not know: here
 * `addJsonPatch` of any field survives.
 */
export class IstioObject<T> extends ApiObject {
  /** Set while it renders itself. Its annotations stand before its spec and are about it. */
  private rendering?: { spec?: Spec<T> };

  constructor(scope: Construct, id: string, props: IstioObjectProps<T>) {
    super(scope, id, {
      apiVersion: API_VERSIONS[props.kind],
      kind: props.kind,
      metadata: props.metadata,
      spec: Lazy.any({ produce: () => wireNames(props.kind, this.rendering?.spec ?? props.spec()) }),
    });
    ISTIO_OBJECTS.register(this, this);
    if (props.kind === 'VirtualService') {
      const given = props.metadata.annotations?.[FAULT_ANNOTATION];
      this.metadata.addAnnotation(FAULT_ANNOTATION, Lazy.any({ produce: () => this.faultExpiries(props) ?? given }));
    }
  }

  /** Gives it another name than it was made with, which cdk8s has no way to: another object is to have that one. */
  public rename(name: string): void {
    Object.assign(this, { name });
    Object.assign(this.metadata, { name });
  }

  /** Takes it out of the App: its place is elsewhere. */
  public withdraw(): void {
    ISTIO_OBJECTS.unregister(this, this);
    this.node.scope?.node.tryRemoveChild(this.node.id);
  }

  public override toJson(): any {
    const json = this.rendered();
    const misread = misreadIn(json);
    if (misread) throw new Error(`[${this.node.path}] ${misread}`);
    return json;
  }

  /** Asked at other times, not every contributor has spoken yet. */
  private faultExpiries(props: IstioObjectProps<T>): string | undefined {
    if (!this.rendering) return undefined;
    this.rendering.spec = props.spec();
    return faultExpiries((this.rendering.spec as Spec<VirtualServiceSpec>).http);
  }

  private rendered(): any {
    this.rendering = {};
    try {
      return super.toJson();
    } finally {
      this.rendering = undefined;
    }
  }
}
