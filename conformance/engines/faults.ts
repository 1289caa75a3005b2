import { Version } from './reviews';
import { Subject } from './trial';

interface Fault {
  readonly name: string;
  /** Changes what is applied, all plans alike. */
  readonly spoil: (yaml: string, version: Version) => string;
}

const inRelease = (spoil: (yaml: string) => string): Fault['spoil'] => (yaml, version) => (version === 'v2' ? spoil(yaml) : yaml);

/** What the suite has to notice; `ENGINES_FAULT` names the one to run with. */
const FAULTS: Record<string, readonly Fault[]> = {
  'Argo Rollouts': [
    { name: 'a rule that is not there', spoil: (yaml) => yaml.replace('- reviews-split-2\n', '- reviews-nowhere\n') },
    { name: 'retries are dropped', spoil: inRelease((yaml) => yaml.replace(/ +retries:\n( {8}.*\n)+/, '')) },
    { name: 'another step', spoil: (yaml) => yaml.replace('setWeight: 30', 'setWeight: 40') },
    { name: 'every answer passes', spoil: (yaml) => yaml.replaceAll(/successCondition: .*/g, 'successCondition: "true"') },
    { name: 'a subset of one version', spoil: (yaml) => yaml.replace('labels: {}\n      name: stable', 'labels: { version: v1 }\n      name: stable') },
    { name: 'pods beside the rollout', spoil: inRelease((yaml) => yaml.replace('replicas: 0', 'replicas: 2')) },
    { name: 'testers are forgotten', spoil: (yaml) => yaml.replace(/ +abortScaleDownDelaySeconds: .*\n/, '').replaceAll(/ +- setCanaryScale:\n +weight: .*\n/g, '') },
  ],
  'Flagger': [
    { name: 'no delegation', spoil: (yaml) => yaml.replace('delegation: true', 'delegation: false') },
    { name: 'no traffic policy', spoil: (yaml) => yaml.replace(/ {4}trafficPolicy:\n( {6,}.*\n)+(?= {2}targetRef)/, '') },
    { name: 'another step', spoil: (yaml) => yaml.replace('- 30\n', '- 40\n') },
    { name: 'every latency passes', spoil: (yaml) => yaml.replace('max: 500', 'max: 50000') },
  ],
};

/** The name of the fault that a run has, if any: it proves nothing of what the constructs write. */
export const FAULT = process.env.ENGINES_FAULT;

/** The subject as it is, or with the fault that was asked for. */
export function withFault(engine: string, subject: Subject): Subject {
  if (!FAULT) return subject;
  const fault = FAULTS[engine].find(({ name }) => name === FAULT);
  if (fault === undefined) throw new Error(`${engine} has no fault "${FAULT}"; it has ${FAULTS[engine].map(({ name }) => name).join(', ')}`);
  return {
    ...subject,
    manifests: (plan, version) => {
      const yaml = subject.manifests(plan, version);
      const spoiled = fault.spoil(yaml, version);
      if (version === 'v2' && spoiled === yaml) throw new Error(`the fault "${FAULT}" changes nothing`);
      return spoiled;
    },
  };
}
