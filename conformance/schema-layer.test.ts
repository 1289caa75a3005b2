import { RULE_CASES } from '../test/check/schema/rule-cases';
import { TRAP_CASES } from '../test/check/schema/trap-cases';
import { ApiServer } from './verdict';

const apiServer = new ApiServer();
afterAll(() => apiServer.end());

async function accepts(objects: readonly unknown[]): Promise<boolean[]> {
  const verdicts = await apiServer.verdicts(objects.map((object) => JSON.stringify(object)).join('\n---\n'));
  return verdicts.map((verdict) => verdict.apiServer.accepted);
}

describe.each(RULE_CASES.map((one) => [one.rule, one] as const))('an API server on %s', (_, { of, accepted, refused }) => {
  test('accepts and refuses what our unit tests say', async () => {
    const values = [...accepted, ...refused];
    const answers = await accepts(values.map(of));
    expect(values.filter((_value, i) => answers[i])).toEqual(accepted);
  });
});

describe.each(Object.entries(TRAP_CASES))('an API server on %s', (_, cases) => {
  test('accepts and refuses what our unit tests say', async () => {
    const answers = await accepts(cases.map(([, object]) => object));
    const good = cases.filter(([, , ...complaints]) => complaints.length === 0);
    expect(cases.filter((_case, i) => answers[i]).map(([name]) => name)).toEqual(good.map(([name]) => name));
  });
});
