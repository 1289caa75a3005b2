import { testExamples } from './examples/example';
import { SIDECARS } from './examples/sidecar';

describe('a Sidecar', () => testExamples(SIDECARS));
