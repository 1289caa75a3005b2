import { testExamples } from './examples/example';
import { SERVICE_ENTRIES } from './examples/service-entry';

describe('a ServiceEntry', () => testExamples(SERVICE_ENTRIES));
