import { chartOnly, checkFields, checkIstiodVariables } from '../../src/install/istio-fields';
import { disagreement, mergeValues, withoutEmpty } from '../../src/install/merge-values';
import { INSTALLATION_FIELDS, ISTIOD_VARIABLES } from '../../src/semantics/installation-fields';

describe('values', () => {
  const says = (values: any, message: string) => expect(() => checkFields('values', values, 'values.Values')).toThrow(message);

  test('that istioctl or a chart knows are taken', () => {
    const values = {
      global: { proxy: { autoInject: 'disabled', lifecycle: { preStop: {} } }, tag: '1.31.1', proxy_init: { image: 'proxyv2' } },
      pilot: { env: { A: 'b' }, rollingMaxSurge: '50%', pdb: { minAvailable: 2 }, tolerations: [{ key: 'a' }] },
      ztunnel: { logLevel: 'debug' },
      cni: { ambient: { dnsCapture: false } },
    };
    expect(() => checkFields('values', values, 'values.Values')).not.toThrow();
  });

  test('that nobody knows are refused, at any depth', () => {
    says({ pilott: {} }, '`values.pilott`');
    says({ global: { proxy: { autoinject: 'disabled' } } }, 'Did you mean `autoInject`?');
    says({ ztunnel: { loglevel: 'debug' } }, 'Did you mean `logLevel`?');
    says({ global: { proxy: { resources: { limits: { cpu: 2 } } } } }, '`values.global.proxy.resources.limits["cpu"]` is 2. Give a text.');
    says({ global: { autoscaleMin: 2 } }, 'It is a field of `values.pilot`');
  });

  test('that a chart alone knows are apart', () => {
    const values = { pilot: { pdb: { minAvailable: 2 }, image: 'pilot' }, ztunnel: { logLevel: 'debug', updateStrategy: {} } };
    expect(chartOnly(values)).toEqual({
      validated: { pilot: { image: 'pilot' }, ztunnel: { logLevel: 'debug', updateStrategy: {} } },
      unvalidated: { pilot: { pdb: { minAvailable: 2 } } },
    });
  });
});

describe('variables of istiod', () => {
  const says = (variables: any, message: string) => expect(() => checkIstiodVariables('env', variables)).toThrow(message);

  test('that it reads are taken, with values that it understands', () => {
    expect(() => checkIstiodVariables('env', {
      PILOT_ENABLE_AMBIENT: 'T', PILOT_PUSH_THROTTLE: '0', PILOT_DEBOUNCE_MAX: '1m30s', PILOT_TRACE_SAMPLING: '.5', GOMEMLIMIT: '1GiB', HTTPS_PROXY: 'http://proxy',
    })).not.toThrow();
  });

  test('that it does not read, or not so, are refused', () => {
    says({ PILOT_ENABLE_AMBIANT: 'true' }, 'Did you mean PILOT_ENABLE_AMBIENT?');
    says({ NOTHING_LIKE_IT_AT_ALL: 'true' }, 'istiod reads no variable NOTHING_LIKE_IT_AT_ALL');
    says({ PILOT_ENABLE_AMBIENT: 'yes' }, 'Give "true" or "false"');
    says({ PILOT_PUSH_THROTTLE: '1.5' }, 'a whole number as a text');
    says({ PILOT_DEBOUNCE_MAX: '10' }, 'a duration');
    says({ PILOT_TRACE_SAMPLING: '1%' }, 'a number as a text');
  });
});

test('each type among the facts is a known one, a message of theirs, or names of an enumeration', () => {
  const scalars = ['text', 'boolean', 'integer', 'number', 'duration', 'any', 'chart'];
  const types = Object.values(INSTALLATION_FIELDS).flatMap((fields) => Object.values(fields)).map((type) => type.replace(/^(map|list):/, ''));
  const others = types.filter((type) => !scalars.includes(type) && !Object.hasOwn(INSTALLATION_FIELDS, type));
  expect(others.filter((type) => !/^[A-Za-z0-9_]+(\|[A-Za-z0-9_]+)*$/.test(type))).toEqual([]);
  expect(new Set(Object.values(ISTIOD_VARIABLES))).toEqual(new Set(scalars.slice(0, 5)));
});

describe('values of several sources', () => {
  test('are merged at every depth, lists as a whole, and none of them is changed', () => {
    const one = { a: { b: 1, c: [1, 2] }, d: 'x' };
    expect(mergeValues(one, { a: { c: [3] }, e: undefined }, { a: { f: false } })).toEqual({ a: { b: 1, c: [3], f: false }, d: 'x' });
    expect(one).toEqual({ a: { b: 1, c: [1, 2] }, d: 'x' });
  });

  test('that say nothing are left out; false, zero and empty texts say something', () => {
    expect(withoutEmpty({ a: {}, b: { c: { d: undefined } }, e: false, f: 0, g: '', h: [] })).toEqual({ e: false, f: 0, g: '', h: [] });
  });

  test('disagree where both give another value', () => {
    expect(disagreement({ a: { b: 1 } }, { a: { b: 2 } })).toBe('a.b');
    expect(disagreement({ a: { b: [1] } }, { a: { b: [1], c: 2 } })).toBeUndefined();
    expect(disagreement({ a: { b: 1 } }, { a: 1 })).toBe('a');
  });
});
