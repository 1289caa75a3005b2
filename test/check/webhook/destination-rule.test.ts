import { DESTINATION_RULES } from './examples/destination-rule';
import { testExamples } from './examples/example';

describe('a DestinationRule', () => testExamples(DESTINATION_RULES));
