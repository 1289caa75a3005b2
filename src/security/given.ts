import { WRAP_PODS } from '../model/given';
import { IMeshCaller } from '../model/identity';
import { MeshService } from '../model/mesh-service';
import { describeValue } from '../semantics/describe-value';

/* What callers without a type checker give where policies are meant, as in model/given.ts. */

export function checkCaller(value: unknown): asserts value is IMeshCaller {
  if (value === undefined || value === null) {
    throw new Error(`the caller is ${describeValue(value)}, and a rule without one would allow everyone. Give the MeshService or MeshWorkload that calls. ${WRAP_PODS}. `
      + 'For callers without an identity use allowPlaintext.');
  }
  const { callerIdentities, callerPods } = value as Partial<IMeshCaller>;
  if (typeof callerIdentities === 'function' && typeof callerPods === 'function') return;
  throw new Error(`the caller is ${describeValue(value)}, which has no identities. Give a MeshService or a MeshWorkload. ${WRAP_PODS}.`);
}

export function checkService(value: unknown): asserts value is MeshService {
  if (value instanceof MeshService) return;
  throw new Error(`the service is ${describeValue(value)}, and calls go to the host of a MeshService. Give the MeshService in front of it, or name the host: allowEgressToHost("api.example.com").`);
}
