import { App } from 'cdk8s';
import { ShopChart } from './shop';

/** Writes the migration as folders, and says who calls: `npx ts-node --transpile-only plan.ts mtls`. */
const [directory] = process.argv.slice(2);
if (directory === undefined) throw new Error('Say where the plan shall be written, for example: npx ts-node --transpile-only plan.ts mtls');
const { migration } = new ShopChart(new App(), 'shop');
const plan = migration.plan();
plan.write(directory);
process.stdout.write(migration.report());
for (const reason of plan.withheld) process.stderr.write(`STRICT is not written: ${reason}\n`);
