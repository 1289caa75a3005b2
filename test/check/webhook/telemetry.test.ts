import { testExamples } from './examples/example';
import { TELEMETRIES } from './examples/telemetry';

describe('a Telemetry', () => testExamples(TELEMETRIES));
