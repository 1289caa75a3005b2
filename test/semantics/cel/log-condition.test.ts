import { logConditionProblem } from '../../../src/semantics/cel/log-condition';

/** Each was given to an Envoy by way of istiod, which took it. */
test.each([
  'response.code >= 500',
  "request.method == 'GET' && !request.url_path.endsWith('/healthz')",
  "request.headers['x-debug'] == 'yes'",
  "'x-debug' in request.headers",
  'connection.mtls',
  '!connection.mtls',
  "!has(request.useragent) || !request.useragent.startsWith('kube-probe')",
  "request.duration > duration('0s')",
  "request.time > timestamp('2020-01-01T00:00:00Z')",
  'request.time.getHours() > 3',
  "xds.cluster_name != 'zz'",
  'response.code == 200 ? true : false',
  'type(response.code) == int',
  'response.code in [200, 404]',
  'size(request.path) > 1',
  "matches(request.path, 'x')",
  "int(request.headers['a']) > 1",
  "'200' != request.headers['code']",
  "re.extract(request.path, 'a', 'b') == 'x'",
  "filter_state['a'] == 'b'",
  "metadata.filter_metadata['a']['b'] == 'c'",
])('%s is a condition', (text) => {
  expect(logConditionProblem(text)).toBeUndefined();
});

test.each<[string, string]>([
  ['', 'it is empty'],
  [' ', 'it is empty'],
  ['response.code >', 'it ends where a value should stand'],
  // Measured: these select nothing.
  ['respones.code >= 200', 'Envoy knows no attribute respones (did you mean response?), so nothing would be logged'],
  ['response.kode >= 200', 'Envoy knows no attribute response.kode (did you mean response.code?), so nothing would be logged'],
  ['foo.bar == 1', 'Envoy knows no attribute foo, so nothing would be logged'],
  ['response.code', 'it is no condition, which is true or false, so nothing would be logged'],
  ["response.code == '200'", 'response.code is a number and is compared with a text, so nothing would be logged'],
  ["'200' == response.code", 'response.code is a number and is compared with a text, so nothing would be logged'],
  ["a.b == 'toString' && toString.x == 1", 'Envoy knows no attribute a, so nothing would be logged'],
  ['constructor == 1', 'Envoy knows no attribute constructor, so nothing would be logged'],
  // Measured: these Envoy refuses, with its listeners.
  ['request.path.startWith(1)', 'Envoy has no function startWith() (did you mean startsWith?), and then takes no configuration at all'],
  ["request.host.lowerAscii() == 'server'", 'Envoy has no function lowerAscii(), and then takes no configuration at all'],
  ["string(response.code) == '200'", 'Envoy has no function string(), and then takes no configuration at all'],
  ["request.headers.exists(h, h == 'x')", 'Envoy does not take the loop exists(), and then takes no configuration at all'],
])('%j is none', (text, problem) => {
  expect(logConditionProblem(text)).toContain(problem);
});
