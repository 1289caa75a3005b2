import { ApiObject, ApiObjectMetadata, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { Descriptor } from './descriptors';
import { descriptorsFile } from './descriptors-file';
import { AppRegistry, doubled } from '../../model/app-registry';
import { checkConstructProps } from '../../model/given';
import { MeshPort } from '../../model/mesh-port';
import { MeshService } from '../../model/mesh-service';
import { validateOncePerSynth } from '../../model/once-per-synth';
import { registerConstruct } from '../../model/registered-construct';
import { describeValue } from '../../semantics/describe-value';
import { isDnsLabel } from '../../semantics/kubernetes-name';
import { PortProtocol } from '../../semantics/port-protocol';

export interface RateLimitDomainProps {
  /**
   * The name by which the rate limit service tells these limits from those of others: lower-case letters, digits and
   * dashes. Each domain stands in one file only, and so in one RateLimitDomain.
   */
  readonly domain: string;
  /** Envoy's rate limit service, which runs in the cluster already. */
  readonly service: MeshService;
  /**
   * The port of `service` that answers gRPC. The Service has to say that it is gRPC (appProtocol: grpc, or a port name that
   * starts with "grpc"): else proxies speak HTTP/1.1 to it, and every question fails.
   *
   * @default - its only gRPC port
   */
  readonly port?: number;
  /**
   * Labels, annotations and the name of the ConfigMap. Its namespace is that of `service`, which mounts it.
   *
   * @default - the name `rate-limits-DOMAIN`
   */
  readonly metadata?: ApiObjectMetadata;
}

/** A rate limit service refuses to load two files of one domain. */
const DOMAINS = new AppRegistry<RateLimitDomain>((all) => doubled(all, ({ domain }) => domain).map(([first, later]) =>
  `[${later.node.path}] and [${first.node.path}] are both the domain "${first.domain}", and a rate limit service takes each domain from one file. `
  + 'Make one RateLimitDomain and give it to the RateLimits of both, or give one of them another `domain`.'));

/**
 * Limits that a rate limit service counts for all proxies together: the ConfigMap with the descriptors, for a service of
 * https://github.com/envoyproxy/ratelimit that runs already. The limits themselves are those of the `RateLimit`s whose engine
 * names this domain.
 *
 * The service has to mount the ConfigMap in the directory that it reads (RUNTIME_ROOT/RUNTIME_SUBDIRECTORY/config).
 */
export class RateLimitDomain extends Construct {
  /** The domain's name. */
  public readonly domain: string;
  /** The rate limit service. */
  public readonly service: MeshService;
  /** The descriptors, as the file `DOMAIN.yaml`. */
  public readonly configMap: ApiObject;

  private readonly givenPort?: number;
  private readonly contributors: (() => Descriptor[])[] = [];

  /** @throws if the domain has no name, or the service no gRPC port */
  constructor(scope: Construct, id: string, props: RateLimitDomainProps) {
    super(scope, id);
    registerConstruct(this, RateLimitDomain);
    checkConstructProps(this, props, '{ domain: \'shop\', service: ratelimit }');
    const { domain, service, port, metadata } = props;
    if (typeof domain !== 'string' || !isDnsLabel(domain)) {
      throw new Error(`[${this.node.path}] \`domain\` is ${describeValue(domain)}. Lower-case letters, digits and dashes are allowed, at most 63, for example "shop".`);
    }
    if (!(service instanceof MeshService)) {
      throw new Error(`[${this.node.path}] \`service\` is ${describeValue(service)}. Give the rate limit service, for example `
        + "MeshService.fromName(this, 'ratelimit', { name: 'ratelimit', namespace: 'istio-system', ports: [MeshPort.grpc(8081)] }).");
    }
    if (metadata?.namespace !== undefined && metadata.namespace !== service.namespace) {
      throw new Error(`[${this.node.path}] \`metadata.namespace\` is ${metadata.namespace}, but ${service.name} is in ${service.namespace} and can mount a ConfigMap of its own namespace only. Leave it out.`);
    }
    this.domain = domain;
    this.service = service;
    this.givenPort = port;
    this.configMap = new ApiObject(this, 'ConfigMap', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: `rate-limits-${domain}`, ...metadata, namespace: service.namespace },
      data: { [`${domain}.yaml`]: Lazy.any({ produce: () => descriptorsFile(domain, this.descriptors()) }) },
    });
    DOMAINS.register(this, this);
    validateOncePerSynth(this, () => this.mistakes());
  }

  /** The port that proxies ask. */
  public get port(): MeshPort {
    const speaking = this.service.ports.filter(({ protocol }) => protocol === PortProtocol.GRPC || protocol === PortProtocol.HTTP2);
    const fitting = speaking.filter(({ number }) => this.givenPort === undefined || number === this.givenPort);
    if (fitting.length === 1) return fitting[0];
    const has = `${this.service.name} has ${this.service._ports.list()}`;
    if (this.givenPort !== undefined) throw new Error(`[${this.node.path}] port ${describeValue(this.givenPort)} answers no gRPC: ${has}. Name a gRPC port, and say so in the Service (appProtocol: grpc).`);
    throw new Error(`[${this.node.path}] ${fitting.length === 0 ? `no port answers gRPC: ${has}. Say in the Service which one does (appProtocol: grpc), or here: ports: [MeshPort.grpc(8081)].`
      : `several ports answer gRPC: ${has}. Give the \`port\` that is meant.`}`);
  }

  /** @internal */
  public _add(descriptors: () => Descriptor[]): void {
    this.contributors.push(descriptors);
  }

  private descriptors(): Descriptor[] {
    return this.contributors.flatMap((contributor) => contributor())
      .sort((a, b) => (JSON.stringify(a.entries) < JSON.stringify(b.entries) ? -1 : 1));
  }

  private mistakes(): string[] {
    if (this.contributors.length === 0) {
      return [`no RateLimit counts in the domain "${this.domain}", so its file would be without limits. Give it to one (engine: RateLimitEngine.shared(domain)), or leave it out.`];
    }
    try {
      void this.port;
      return [];
    } catch (error) {
      return [(error as Error).message.replace(/^\[.*?\] /, '')];
    }
  }
}
