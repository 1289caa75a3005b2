import * as fc from 'fast-check';
import { RANDOM_MESH, RANDOM_REQUEST } from './random-mesh';
import { outcomeOf } from './request-evaluator';
import { readOff } from './row-reader';
import { AccessCaller, AccessVerdict, Mesh } from '../../src';

test('whatever the policies, a row is there for every request that gets in, none for one that does not, and nobody who gets in is said to be refused', () => {
  fc.assert(fc.property(RANDOM_MESH, fc.array(RANDOM_REQUEST, { minLength: 60, maxLength: 60 }), (objects, requests) => {
    const report = Mesh.fromYaml(objects.map((object) => JSON.stringify(object)).join('\n---\n'), { complete: true }).accessReport();
    const refused: string[] = report.toJson().refused.map(({ name }: { name: string }) => name);
    const inForce = objects.filter(({ metadata }) => !refused.includes(metadata.name));
    const { rows, targets } = report;
    for (const request of requests) {
      const { ports } = targets.find(({ target }) => target === request.target)!;
      const read = readOff(rows.filter(({ target }) => target === request.target), request, ports);
      const outcome = outcomeOf(inForce, request);
      const [namespace, account] = request.account?.split('/') ?? [];
      const caller = request.account === undefined ? AccessCaller.plaintext() : AccessCaller.serviceAccount(namespace, account);
      const { verdict } = report.mayCall(caller, request.target);
      if (outcome !== 'refused' && verdict !== AccessVerdict.ALLOWED) throw new Error(`${JSON.stringify(request)} gets in, and the report says ${verdict}\n${report.toText()}`);
      if (read !== outcome) throw new Error(`${JSON.stringify(request)}: the report says ${read}, Istio ${outcome}\n${report.toText()}`);
    }
  }), { numRuns: Number(process.env.RUNS ?? 500), ...(process.env.SEED && { seed: Number(process.env.SEED) }) });
});
