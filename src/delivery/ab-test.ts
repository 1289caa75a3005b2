import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { CanaryVersion, ResolvedVersion, resolveVersion } from './canary-version';
import { ROLLOUTS } from './rollouts';
import { chooseByHash } from './sticky-filter';
import { VariantAssignment, checkVariantHeader } from './variant-assignment';
import { checkDistinct, unselected } from './version-pods';
import { SplitLayer, matchedTo, splitByChance, splitByCookie, splitByHash } from './version-split';
import { checkConstructProps } from '../model/given';
import { HttpMatch } from '../model/http-match';
import { MeshService } from '../model/mesh-service';
import { validateOncePerSynth } from '../model/once-per-synth';
import { registerConstruct } from '../model/registered-construct';
import { StringMatch } from '../model/string-match';
import { describeValue } from '../semantics/describe-value';

export interface ABTestVariant extends CanaryVersion {
  /** How many percent of those who are not assigned explicitly have it: whole, 0–100. All shares together are 100. */
  readonly share: number;
}

export interface ABTestProps {
  /** The service whose Kubernetes Service selects the pods of all variants. */
  readonly service: MeshService;
  /** The variants, at least two. */
  readonly variants: ABTestVariant[];
  /** How a user gets a variant and keeps it. */
  readonly assignment: VariantAssignment;
  /**
   * A header that says the variant, by the name of its subset, whatever the assignment: for testers.
   *
   * @default - none
   */
  readonly explicitHeader?: string;
}

/** Before the assignment, and before whatever else is said of some requests. */
const EXPLICIT = 1;

interface Variant extends ResolvedVersion {
  readonly share: number;
}

/**
 * Several variants of one service, each for its share of the users, who keep theirs: on the mesh and behind a gateway
 * (`GatewayRoutes`) alike. What a request says explicitly wins.
 *
 * Which variant answered is in Istio's metrics, by the pods' label `version` (`destination_version`).
 *
 * @see https://istio.io/latest/docs/concepts/traffic-management/#routing-versions
 */
export class ABTest extends Construct {
  /** The service. */
  public readonly service: MeshService;

  private readonly variants: readonly Variant[];

  constructor(scope: Construct, id: string, props: ABTestProps) {
    super(scope, id);
    registerConstruct(this, ABTest);
    const { path } = this.node;
    checkConstructProps(this, props, '{ service: reviews, variants: [{ version: \'a\', share: 50 }, …], assignment: VariantAssignment.byHeader(\'x-variant\') }');
    const { service, assignment, explicitHeader } = props;
    if (!(service instanceof MeshService)) throw new Error(`[${path}] \`service\` is ${describeValue(service)}. Give a MeshService.`);
    if (!(assignment instanceof VariantAssignment)) {
      throw new Error(`[${path}] \`assignment\` is ${describeValue(assignment)}. Give for example VariantAssignment.byHeader('x-variant').`);
    }
    if (explicitHeader !== undefined) checkVariantHeader(`[${path}] \`explicitHeader\``, explicitHeader);
    if (explicitHeader !== undefined && explicitHeader.toLowerCase() === assignment._header?.toLowerCase()) {
      throw new Error(`[${path}] \`explicitHeader\` is ${explicitHeader}, which the assignment goes by anyway. Leave it out.`);
    }
    ROLLOUTS.claim(this, service);
    this.service = service;
    this.variants = this.resolve(props.variants);
    for (const { subset, labels } of this.variants) service._addSubset({ owner: this, name: subset, labels });
    const layers = [...this.named(explicitHeader, EXPLICIT), ...this.named(assignment._header), ...this.split(assignment)];
    for (const layer of layers) service._addRouteLayer({ ...layer, owner: this });
    if (assignment._stickiness?._hash) chooseByHash(this, service, assignment._stickiness._hash);
    validateOncePerSynth(this, () => this.variants.flatMap((variant) => unselected(service, variant)));
  }

  /** The names of the variants' subsets, in the order in which they were given. */
  public get variantSubsets(): string[] {
    return this.variants.map(({ subset }) => subset);
  }

  /** The service's VirtualService. */
  public get virtualService(): ApiObject {
    return this.service.virtualService!;
  }

  /** The service's DestinationRule. */
  public get destinationRule(): ApiObject {
    return this.service.destinationRule!;
  }

  /** Requests that say their variant in a header. */
  private named(header: string | undefined, priority?: number): SplitLayer[] {
    if (header === undefined) return [];
    return this.variants.map(({ subset }) => ({ ...matchedTo(HttpMatch.header(header, StringMatch.exact(subset)), subset), priority }));
  }

  private split({ _stickiness }: VariantAssignment): SplitLayer[] {
    const parts = this.variants.map(({ subset, share }) => ({ subset, weight: share }));
    if (_stickiness?._hash) return splitByHash(this.service, parts);
    if (_stickiness?._cookie) return splitByCookie(_stickiness._cookie, parts.map((part) => ({ ...part, value: part.subset })));
    return splitByChance(parts);
  }

  private resolve(variants: ABTestVariant[]): Variant[] {
    const { path } = this.node;
    const example = '[{ version: \'a\', share: 50 }, { version: \'b\', share: 50 }]';
    if (!Array.isArray(variants)) throw new Error(`[${path}] \`variants\` is ${describeValue(variants)}. Give a list, for example ${example}.`);
    if (variants.length < 2) throw new Error(`[${path}] ${variants.length} variants are given; a test has at least two, for example ${example}.`);
    const resolved = variants.map((variant, index) => ({ ...resolveVersion(path, `variant-${index + 1}`, variant), share: variant.share }));
    for (const { role, share } of resolved) {
      if (!Number.isInteger(share) || share < 0 || share > 100) {
        throw new Error(`[${path}] ${role}: the share is ${describeValue(share)}; a whole percentage from 0 to 100 is allowed.`);
      }
    }
    const sum = resolved.reduce((total, { share }) => total + share, 0);
    if (sum !== 100) {
      throw new Error(
        `[${path}] the shares are ${resolved.map(({ subset, share }) => `${subset}: ${share}`).join(', ')}, together ${sum}; together they have to be 100. `
        + `${sum < 100 ? `Add ${100 - sum} to` : `Take ${sum - 100} from`} one of them.`);
    }
    checkDistinct(path, resolved);
    return resolved;
  }
}
