import { testExamples } from './examples/example';
import { PROXY_CONFIGS, WORKLOAD_ENTRIES, WORKLOAD_GROUPS } from './examples/workloads';

describe('a WorkloadEntry', () => testExamples(WORKLOAD_ENTRIES));
describe('a WorkloadGroup', () => testExamples(WORKLOAD_GROUPS));
describe('a ProxyConfig', () => testExamples(PROXY_CONFIGS));
