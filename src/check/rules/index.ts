import { Rule } from '../rule';
import { deprecatedLoadBalancer } from './destination-rule/deprecated-load-balancer';

/** Every rule of the analysis layer, by theme and code. */
export const RULES: readonly Rule[] = [
  deprecatedLoadBalancer,
];
