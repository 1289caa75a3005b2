import { Finding } from '../../../src/check/finding';
import { textReport } from '../../../src/check/report/text';

function finding(changes: Partial<Finding>): Finding {
  return {
    code: 'MESH3101',
    severity: 'error',
    layer: 'analysis',
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    namespace: 'shop',
    name: 'a',
    path: 'spec',
    file: 'mesh.yaml',
    line: 3,
    message: 'Wrong.',
    why: 'It matters.',
    fix: 'Mend it.',
    url: 'https://example.com/page',
    ...changes,
  };
}

function written(...findings: Partial<Finding>[]): string {
  return textReport({ findings: findings.map(finding), silenced: [], resources: 2 });
}

describe('a report as text', () => {
  test('gives file and line in the form that editors open, once where they are the same', () => {
    expect(written({}, { path: 'status' })).toMatch(/^VirtualService shop\/a {2}mesh\.yaml:3\n {2}error {4}MESH3101 {2}spec\n[^]*\n {2}error {4}MESH3101 {2}status\n/);
    expect(written({}, { line: 7 })).toMatch(/^VirtualService shop\/a {2}mesh\.yaml\n {2}error {4}MESH3101 {2}mesh\.yaml:3 {2}spec\n[^]*\n {2}error {4}MESH3101 {2}mesh\.yaml:7 {2}spec\n/);
    expect(written({ construct: 'shop/a', file: 'main.ts' })).toMatch(/^VirtualService shop\/a {2}construct shop\/a {2}main\.ts:3\n/);
    expect(written({ name: '' })).toMatch(/^VirtualService shop\/\(no name\) {2}mesh\.yaml:3\n/);
    expect(written({ file: '-' })).toMatch(/^VirtualService shop\/a {2}standard input:3\n/);
  });

  test('says why, and where more stands, at the first finding of a code, and how to mend each', () => {
    const text = written({}, { name: 'b' }, { code: 'MESH3102' });
    expect(text.match(/Why: It matters\./g)).toHaveLength(2);
    expect(text.match(/https:\/\/example\.com\/page/g)).toHaveLength(2);
    expect(text.match(/Fix: Mend it\./g)).toHaveLength(3);
  });

  test('has a title for each place that cannot be read', () => {
    const unread = { kind: '', namespace: '', name: '', path: '' };
    expect(written({ ...unread, column: 5 }, { ...unread, line: 9, column: 1 }, { ...unread, file: 'gone.yaml', line: undefined }).match(/^\S.*/gm)).toEqual([
      'mesh.yaml:3:5', 'mesh.yaml:9:1', 'gone.yaml', '2 resources: 3 errors',
    ]);
  });
});
