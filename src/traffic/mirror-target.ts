import { checkOptions } from '../model/given';
import { MeshService } from '../model/mesh-service';
import { RouteMirror } from '../model/route-layers';
import { ServiceDestination } from '../model/service-destination';
import { describeValue } from '../semantics/describe-value';
import { checkPercentage } from '../semantics/percentage';

export interface MirrorOptions {
  /**
   * How many percent of the requests are copied: above 0 and up to 100, in steps of 0.0001.
   *
   * @default 100
   */
  readonly percentage?: number;
  /**
   * Whether it does no harm that the target does again what a copied request asks for: it has a database of its own, say, and
   * sends no mail. Without it, copies of requests that write are warned of at synth.
   *
   * @default false
   */
  readonly safeForWrites?: boolean;
}

export interface MirrorServiceOptions extends MirrorOptions {
  /**
   * A subset of that service.
   *
   * @default - all of its pods
   */
  readonly subset?: string;
  /**
   * The port of that service.
   *
   * @default - the one port that carries HTTP
   */
  readonly port?: number;
}

/** For messages. */
const EXAMPLE = '{ percentage: 10 }';

/** Where copies of requests go, and how many of them. */
export class MirrorTarget {
  /**
   * Another version of the service that is mirrored, at the port that was asked for.
   *
   * @param subset its name, as a `CanaryRollout` or `addSubset` of the service defines it
   */
  public static subset(subset: string, options: MirrorOptions = {}): MirrorTarget {
    if (typeof subset !== 'string' || subset === '') {
      throw new Error(`MirrorTarget.subset: the subset is ${describeValue(subset)}. Give its name, for example 'v2'; for another service use MirrorTarget.service.`);
    }
    checkOptions('MirrorTarget.subset', options, EXAMPLE);
    return new MirrorTarget(options, subset);
  }

  /** Another service, of any namespace. The client has to see it, and its policies to let the client in. */
  public static service(service: MeshService, options: MirrorServiceOptions = {}): MirrorTarget {
    if (!(service instanceof MeshService)) throw new Error(`MirrorTarget.service: the service is ${describeValue(service)}. Give a MeshService.`);
    checkOptions('MirrorTarget.service', options, EXAMPLE);
    const { subset, port } = options;
    if (subset !== undefined && (typeof subset !== 'string' || subset === '')) throw new Error(`MirrorTarget.service: the subset is ${describeValue(subset)}. Give its name, for example 'v2'.`);
    if (port !== undefined && !Number.isInteger(port)) throw new Error(`MirrorTarget.service: \`port\` is ${describeValue(port)}. Give the number of a port of the Service.`);
    return new MirrorTarget(options, options.subset, service, options.port);
  }

  /** @internal */
  public readonly _percentage: number;
  /** @internal */
  public readonly _safeForWrites: boolean;

  private constructor(
    options: MirrorOptions,
    /** @internal */
    public readonly _subset?: string,
    /** @internal */
    public readonly _service?: MeshService,
    private readonly port?: number,
  ) {
    const { percentage = 100, safeForWrites = false } = options;
    this._percentage = checkPercentage(percentage, 'MirrorTarget: the percentage', 'Leave the target out instead.');
    if (typeof safeForWrites !== 'boolean') throw new Error(`MirrorTarget: \`safeForWrites\` is ${describeValue(safeForWrites)}. Give true or false.`);
    this._safeForWrites = safeForWrites;
  }

  /** Where it is seen from a service that is mirrored to it. @internal */
  public _destination(mirrored: MeshService): ServiceDestination | undefined {
    if (!this._service || (this._service === mirrored && this.port === undefined)) return undefined;
    return new ServiceDestination(this._service, { subset: this._subset, port: this.port });
  }

  /** @internal */
  public _mirror(mirrored: MeshService): RouteMirror {
    const destination = this._destination(mirrored);
    const percentage = this._percentage;
    if (!destination) return { subset: this._subset, percentage };
    return {
      subset: this._subset,
      percentage,
      // Known when the rules are written.
      get host() { return destination.host; },
      get port() { return destination.port; },
    };
  }

  /** @internal */
  public _toString(mirrored: MeshService): string {
    const { name } = this._service ?? mirrored;
    return [this._subset === undefined ? name : `the subset "${this._subset}" of ${name}`, this.port].filter((part) => part !== undefined).join(':');
  }
}
