import { ENVOY_FILTERS } from './examples/envoy-filter';
import { testExamples } from './examples/example';

describe('an EnvoyFilter', () => testExamples(ENVOY_FILTERS));
