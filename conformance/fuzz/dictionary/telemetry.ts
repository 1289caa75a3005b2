import { celExpression } from './cel-expression';
import { attachToKnownKinds, SELECTION, selectSomething } from './common';
import { Dictionary, durations, PERCENT, Repair } from './words';

const TAGS = ['literal', 'environment', 'header', 'formatter'];

const filled: Repair = (spec, random) => {
  for (const metrics of list(spec.metrics)) {
    for (const override of list(metrics.overrides)) {
      for (const tag of Object.values<any>(override.tagOverrides ?? {})) {
        if ((tag.operation ?? 'UPSERT') === 'UPSERT') tag.value ||= 'a';
        else delete tag.value;
      }
    }
  }
  for (const { filter } of list(spec.accessLogging)) {
    if (filter && random.chance(0.5)) filter.expression = celExpression(random);
  }
  if (list(spec.tracing).length > 1 && random.chance(0.8)) spec.tracing = [spec.tracing[0]];
  for (const tracing of list(spec.tracing)) {
    if (list(tracing.providers).length > 1 && random.chance(0.8)) tracing.providers = [tracing.providers[0]];
    for (const name in tracing.customTags ?? {}) {
      if (!TAGS.some((tag) => tag in tracing.customTags[name])) tracing.customTags[name] = { literal: { value: 'a' } };
    }
  }
};

function list(value: unknown): any[] {
  return Array.isArray(value) ? value : [];
}

export const telemetry: Dictionary = {
  calm: 0.1,
  presence: { 'spec.metrics': 0.5, 'spec.tracing': 0.5, 'spec.accessLogging': 0.5, 'metrics[].overrides': 0.6, 'overrides[].tagOverrides': 0.5, 'accessLogging[].filter': 0.6, 'filter.expression': 0.9, 'spec.targetRefs': 0.2, 'spec.selector': 0.5 },
  words: {
    ...SELECTION,
    'providers[].name': { good: ['prometheus', 'a'], odd: ['', ' '] },
    'tagOverrides{key}': { good: ['source_app', 'a'], odd: ['', ' '] },
    'tagOverrides{}.value': { good: ['a', 'request.host', 'upstream_peer.labels["app"].value'], odd: ['', 'a(', 'a ==', '"'] },
    'customTags{key}': { good: ['a', 'b'], odd: ['', ' '] },
    'customMetric': { good: ['a'], odd: [''] },
    'reportingInterval': durations(),
    'randomSamplingPercentage': PERCENT,
    'filter.expression': {
      good: ['response.code >= 400', 'true', 'request.path == "/x"', 'has(request.headers.a)', 'connection.mtls && response.code > 200', '"x" in request.headers', 'response.code in [1, 2]', 'request.url_path.startsWith("/a")', '!has(request.auth.claims)', '1 < 2', 'size(request.path) > 3', 'request.path.matches("a+")', 'request.path.contains("a")', "response.flags == 0 || xds.cluster_name != ''"],
      odd: ['', ' ', 'a', 'has(request.headers["a"])', 'a(', '1 +', '"', 'response.code >= "x"', 'true && 1', '1', '"a"', 'foo.bar == 1', 'has(a)', 'request.path + 1', '()', 'a == b', '[1', '{', 'true ? 1 : 2', 'true ? true : false', 'request', 'request == request', 'response.code > 1u', '1u < 2u', "r'\\d' == 'a'", 'b"a" == b"a"', '1.5e3 > 2.0', '0x1F == 31', 'a.b.c.d', 'has(a.b)', 'all', '[1,2].all(x, x > 0)', '[1].exists(x, x)', 'timestamp("2026-01-01T00:00:00Z") < now', 'duration("1s") > duration("1ms")', 'true // comment', 'in', 'null == null', 'dyn(1) == 2', 'type(1) == int', 'nope("a")', 'request.nope', '"a".nope()', "'", 'true and false', 'a = b', '!!true', '- 1 < 0', '{"a": 1} == {}', 'request.headers["a"]', 'response.code', '9223372036854775808 > 1', '-9223372036854775808 < 1', '1 == 1.0', '"\\q" == "a"', "'''a''' == 'a'", 'a[', 'a[0] == 1', 'Foo{a: 1} == Foo{}', '.a == 1', 'has(request.headers.a)', 'request.time > timestamp("x")'],
    },
  },
  repairs: [filled, attachToKnownKinds, selectSomething],
};

