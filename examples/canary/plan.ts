import { App } from 'cdk8s';
import { ManualChart } from './manual';

/** Writes the rollout of reviews as folders: `npx ts-node --transpile-only plan.ts rollout/reviews`. */
const [directory] = process.argv.slice(2);
if (directory === undefined) throw new Error('Say where the plan shall be written, for example: npx ts-node --transpile-only plan.ts rollout/reviews');
new ManualChart(new App(), 'manual').rollout.plan().write(directory);
