import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { MirrorTarget } from './mirror-target';
import { checkConstructProps } from '../model/given';
import { HttpMatch } from '../model/http-match';
import { EVERY_REQUEST, MatchAtoms } from '../model/match-atom';
import { MeshService } from '../model/mesh-service';
import { validateOncePerSynth } from '../model/once-per-synth';
import { registerConstruct } from '../model/registered-construct';
import { RouteMirror } from '../model/route-layers';
import { mirrorsElsewhere } from '../model/route-mirrors';
import { warn } from '../model/warning';
import { describeValue } from '../semantics/describe-value';

export interface TrafficMirrorProps {
  /** The service whose requests are copied. */
  readonly service: MeshService;
  /** Where the copies go: to each of these, drawn separately. */
  readonly mirrors: MirrorTarget[];
  /**
   * Which requests are copied.
   *
   * @default - all
   */
  readonly match?: HttpMatch;
}

/** The methods that HTTP defines as safe: they ask for nothing to be changed. */
const READING = ['GET', 'HEAD', 'OPTIONS', 'TRACE'];

/**
 * Copies of requests for another version or service, to see how it does under real traffic: on the mesh and behind a gateway
 * alike. The caller gets the answer of the service and never waits for the copy.
 *
 * What it costs: the answers to copies are thrown away, also their errors, so only the target's own metrics say how it does; the
 * target gets the load of the copies on top of its own; and what a copy asks for is done again, writes included.
 *
 * A request whose only destination is the target is not copied to it. Of several mirrors with different matches, the one with
 * the most specific match decides for a request; they do not add up.
 *
 * @see https://istio.io/latest/docs/tasks/traffic-management/mirroring/
 */
export class TrafficMirror extends Construct {
  /** The service. */
  public readonly service: MeshService;

  /** @throws if a target is the service itself, or is given twice */
  constructor(scope: Construct, id: string, props: TrafficMirrorProps) {
    super(scope, id);
    registerConstruct(this, TrafficMirror);
    checkConstructProps(this, props, '{ service: reviews, mirrors: [MirrorTarget.subset(\'v2\')] }');
    const { service, match } = props;
    if (!(service instanceof MeshService)) throw new Error(`[${this.node.path}] \`service\` is ${describeValue(service)}. Give a MeshService.`);
    if (match !== undefined && !(match instanceof HttpMatch)) {
      throw new Error(`[${this.node.path}] \`match\` is ${describeValue(match)}. Say which requests are meant, for example HttpMatch.methods('GET', 'HEAD').`);
    }
    this.service = service;
    const targets = this.targets(props.mirrors);
    const atoms = match?._atoms ?? EVERY_REQUEST;
    const mirrors = targets.map((target) => target._mirror(service));
    service._addRouteLayer({ owner: this, aspect: 'mirrors', match: atoms, value: { mirrors } });
    this.warnOfWrites(targets, atoms);
    validateOncePerSynth(this, () => [
      ...targets.flatMap((target) => target._destination(service)?.mistakes.map((mistake) => `a mirror ${mistake}`) ?? []),
      ...this.idle(targets, mirrors),
    ]);
  }

  /** The service's VirtualService. */
  public get virtualService(): ApiObject {
    return this.service.virtualService!;
  }

  private targets(mirrors: MirrorTarget[]): MirrorTarget[] {
    const example = 'for example [MirrorTarget.subset(\'v2\', { percentage: 10 })]';
    if (!Array.isArray(mirrors)) throw new Error(`[${this.node.path}] \`mirrors\` is ${describeValue(mirrors)}. Give a list, ${example}.`);
    if (mirrors.length === 0) throw new Error(`[${this.node.path}] \`mirrors\` is empty, so nothing would be copied. Give a target, ${example}.`);
    const seen = new Set<string>();
    for (const target of mirrors) {
      if (!(target instanceof MirrorTarget)) throw new Error(`[${this.node.path}] \`mirrors\` holds ${describeValue(target)}. Give MirrorTargets, ${example}.`);
      const name = target._toString(this.service);
      if (target._subset === undefined && target._service === this.service) {
        throw new Error(
          `[${this.node.path}] the mirror leads to ${name}, which is the service that is mirrored, so it would get every copied request twice. `
          + 'Name a subset of it, MirrorTarget.subset(\'v2\'), or another service.');
      }
      if (seen.has(name)) throw new Error(`[${this.node.path}] ${name} is mirrored to twice. Give it once, with the percentage that is meant.`);
      seen.add(name);
    }
    return mirrors;
  }

  private warnOfWrites(targets: readonly MirrorTarget[], match: MatchAtoms): void {
    if (match.every(({ methods }) => methods?.every((method) => READING.includes(method)))) return;
    const unsafe = targets.filter(({ _safeForWrites }) => !_safeForWrites).map((target) => target._toString(this.service));
    if (unsafe.length === 0) return;
    warn(this, `copies of requests that write (POST, PUT, DELETE …) go to ${unsafe.join(' and ')}, and what they ask for is done there again. `
      + 'Copy only what reads, match: HttpMatch.methods(\'GET\', \'HEAD\'), or say `safeForWrites: true` of a target whose writes do no harm.');
  }

  /** Targets that are the only destination of every request that would be copied to them. */
  private idle(targets: readonly MirrorTarget[], mirrors: readonly RouteMirror[]): string[] {
    const routes = this.service._routeLayers.routes().map(({ value }) => value)
      .filter((value) => value.mirrors === mirrors && !value.redirect && !value.directResponse && !value.delegate);
    const isIdle = (mirror: RouteMirror) => routes.length > 0
      && routes.every(({ destinations }) => mirrorsElsewhere([mirror], destinations, this.service.host).length === 0);
    return targets.filter((_, index) => isIdle(mirrors[index])).map((target) =>
      `the mirror leads to ${target._toString(this.service)}, where all of these requests go anyway, so it would get each of them twice. Take it out.`);
  }
}
