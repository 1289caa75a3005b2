import { MultiClusterPlan } from 'cdk8s-istio';
import { mesh } from './mesh';

/** Writes how the mesh is installed, a folder a cluster: `npx ts-node --transpile-only plan.ts clusters`. */
const [directory] = process.argv.slice(2);
if (directory === undefined) throw new Error('Say where the plan shall be written, for example: npx ts-node --transpile-only plan.ts clusters');
MultiClusterPlan.of(mesh).write(directory);
