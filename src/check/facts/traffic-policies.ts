import {
  DestinationRuleSpec, DestinationRuleTrafficPolicy, DestinationRuleTrafficPolicyPortLevelSettings,
} from '../../manifest/generated/istio-specs';

/** One place of a DestinationRule that says how to treat a host. */
export interface PolicyPlace {
  readonly policy: DestinationRuleTrafficPolicy | DestinationRuleTrafficPolicyPortLevelSettings;
  readonly path: string;
  /** The policy whose settings hold where this one says nothing: a subset takes the rule's; a port takes from nobody. */
  readonly inherited?: DestinationRuleTrafficPolicy;
  /** The policy that it stands in, if it is for a port. */
  readonly around?: DestinationRuleTrafficPolicy;
}

/** Every policy of a DestinationRule: of the rule, of its subsets, and of ports in both. */
export function policiesOf({ trafficPolicy, subsets }: DestinationRuleSpec): readonly PolicyPlace[] {
  if (trafficPolicy === undefined && subsets === undefined) return NONE;
  const places: PolicyPlace[] = [];
  const add = (policy: DestinationRuleTrafficPolicy | undefined, path: string, inherited?: DestinationRuleTrafficPolicy) => {
    if (!policy) return;
    places.push({ policy, path, inherited });
    policy.portLevelSettings?.forEach((port, i) => places.push({ policy: port, path: `${path}.portLevelSettings[${i}]`, around: policy }));
  };
  add(trafficPolicy, 'spec.trafficPolicy');
  subsets?.forEach((subset, i) => add(subset.trafficPolicy, `spec.subsets[${i}].trafficPolicy`, trafficPolicy));
  return places;
}

const NONE: readonly PolicyPlace[] = [];
