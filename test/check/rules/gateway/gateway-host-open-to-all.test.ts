import { gatewayYaml } from '../../../../src/check/example-objects';
import { said } from '../said';

test('a Gateway for every host is how most are meant: recommended only mentions it, strict warns', () => {
  const open = gatewayYaml('public', 'shop', '["*"]');
  expect(said('MESH3209', open, { preset: 'recommended' }).map(({ severity }) => severity)).toEqual(['info']);
  expect(said('MESH3209', open, { preset: 'strict' }).map(({ severity }) => severity)).toEqual(['warning']);
});
