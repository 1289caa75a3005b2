import { fullHost } from './full-host';
import { HostIndex } from './host-index';
import { meshConfig } from './mesh-config';
import { MeshFacts, specOf } from './mesh-facts';
import { isVisibleIn, Visibility, visibilityOf } from './visibility';
import { DestinationRuleSpec } from '../../manifest/generated/istio-specs';
import { Kind } from '../../manifest/kinds';
import { MeshObject } from '../../manifest/mesh-object';

export interface DestinationRuleFacts {
  readonly object: MeshObject;
  readonly namespace: string;
  /** Full, and perhaps a wildcard. */
  readonly host: string;
  readonly spec: DestinationRuleSpec;
  readonly visibility: Visibility;
  /** It holds for some workloads of its namespace only. */
  readonly forWorkloads: boolean;
}

/** All DestinationRules, and which of them holds for whom. */
export class DestinationRules {
  private readonly everywhere = new HostIndex<DestinationRuleFacts>();
  private readonly inNamespace = new Map<string, HostIndex<DestinationRuleFacts>>();
  private readonly byObject = new Map<MeshObject, DestinationRuleFacts>();

  /** @param all also those that another of the same name replaces: they count for nobody */
  constructor(public readonly all: readonly DestinationRuleFacts[], private readonly root: string, isReplaced: (object: MeshObject) => boolean) {
    for (const rule of all) {
      this.byObject.set(rule.object, rule);
      if (isReplaced(rule.object)) continue;
      this.everywhere.add(rule.host, rule);
      let index = this.inNamespace.get(rule.namespace);
      if (!index) this.inNamespace.set(rule.namespace, index = new HostIndex());
      index.add(rule.host, rule);
    }
  }

  public of(object: MeshObject): DestinationRuleFacts {
    return this.byObject.get(object)!;
  }

  /** Whether any is for a wildcard. */
  public get hasWildcards(): boolean {
    return this.everywhere.hasWildcards;
  }

  /** Those for this very host, in every namespace. */
  public at(host: string): readonly DestinationRuleFacts[] {
    return this.everywhere.at(host);
  }

  /** Visits those whose host covers `host`, in every namespace, exact hosts first, until one is accepted. */
  public covering<R>(host: string, accept: (rules: readonly DestinationRuleFacts[]) => R | undefined): R | undefined {
    return this.everywhere.find(host, accept);
  }

  /**
   * Those that hold for clients in a namespace: Istio looks there first, then where the service is, then in the
   * root namespace, and the first place with any match wins, be it a wildcard. They share one host and one namespace
   * and are merged: subsets add up, the first `trafficPolicy` wins. Empty if none holds.
   *
   * Those for some workloads only are among them.
   */
  public holdingFor(client: string, host: string, service: string | undefined): readonly DestinationRuleFacts[] {
    const own = this.ownOf(client, host);
    if (own) return own;
    const exported = service === undefined ? NONE : this.exportedFrom(service, host, client);
    return exported.length > 0 ? exported : this.exportedFrom(this.root, host, client);
  }

  /**
   * A proxy of the root namespace takes from there first only what is for that namespace alone, as the others there
   * are meant for the whole mesh.
   */
  private ownOf(client: string, host: string): readonly DestinationRuleFacts[] | undefined {
    const counts = client === this.root
      ? isPrivate
      : ({ visibility }: DestinationRuleFacts) => isVisibleIn(visibility, client);
    return this.inNamespace.get(client)?.find(host, (rules) => someOf(rules, counts));
  }

  /** The most specific host of a namespace decides, and only then who may see it. */
  private exportedFrom(place: string, host: string, client: string): readonly DestinationRuleFacts[] {
    const exported = this.inNamespace.get(place)?.find(host, (rules) => someOf(rules, (rule) => !isPrivate(rule)));
    return exported?.filter(({ visibility }) => isVisibleIn(visibility, client)) ?? NONE;
  }
}

const NONE: readonly DestinationRuleFacts[] = [];

function isPrivate({ visibility, namespace }: DestinationRuleFacts): boolean {
  return !visibility.everywhere && visibility.namespaces.length === 1 && visibility.namespaces[0] === namespace;
}

function someOf<T>(values: readonly T[], accept: (value: T) => boolean): readonly T[] | undefined {
  if (values.every(accept)) return values;
  const some = values.filter(accept);
  return some.length > 0 ? some : undefined;
}

/** `mesh.fact(destinationRules)` */
export function destinationRules(mesh: MeshFacts): DestinationRules {
  const all = mesh.ofKind(Kind.DESTINATION_RULE).map((object): DestinationRuleFacts => {
    const spec = specOf<DestinationRuleSpec>(object);
    const forWorkloads = spec.workloadSelector !== undefined;
    return {
      object,
      namespace: object.namespace,
      host: fullHost(spec.host ?? '', object.namespace),
      spec,
      visibility: visibilityOf(forWorkloads ? ['.'] : spec.exportTo, object.namespace),
      forWorkloads,
    };
  });
  return new DestinationRules(all, mesh.fact(meshConfig).rootNamespace, (object) => mesh.isReplaced(object));
}

/** Whether a DestinationRule defines a subset. */
export function definesSubset({ spec }: DestinationRuleFacts, subset: string): boolean {
  return spec.subsets !== undefined && spec.subsets.some(({ name }) => name === subset);
}
