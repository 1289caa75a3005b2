import { testExamples } from './examples/example';
import { GATEWAYS } from './examples/gateway';

describe('a Gateway', () => testExamples(GATEWAYS));
