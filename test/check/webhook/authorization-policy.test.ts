import { AUTHORIZATION_POLICIES } from './examples/authorization-policy';
import { testExamples } from './examples/example';

describe('an AuthorizationPolicy', () => testExamples(AUTHORIZATION_POLICIES));
