import { ApiObject, App } from 'cdk8s';
import { networking } from 'cdk8s-istio';

/** Set by the jest configuration: the oldest cdk8s that we support, or the newest. */
declare const EXPECTED_CDK8S_VERSION: string;

test(`the tests run with cdk8s ${EXPECTED_CDK8S_VERSION}`, () => {
  const { fqn, version } = (App as any)[Symbol.for('jsii.rtti')];

  expect(`${fqn} ${version}`).toBe(`cdk8s.App ${EXPECTED_CDK8S_VERSION}`);
});

test('and so does the library', () => {
  expect(Object.getPrototypeOf(networking.VirtualService)).toBe(ApiObject);
});
