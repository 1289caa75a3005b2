import { readEmbeddedYaml } from '../../src/manifest/embedded-yaml';

test('a text within an object is read as Kubernetes reads it', () => {
  expect(readEmbeddedYaml('enabled: on\nport: 0o17\n')).toEqual({ isReadable: true, value: { enabled: true, port: 15 } });
});

test('nothing is nothing', () => {
  expect(readEmbeddedYaml('# only a comment\n')).toEqual({ isReadable: true, value: undefined });
});

test.each(['a: [', 'a: 1\na: 2\n', '\t- x'])('what Kubernetes cannot read is unreadable, and thrown by nobody: %j', (text) => {
  expect(readEmbeddedYaml(text)).toEqual({ isReadable: false });
});
