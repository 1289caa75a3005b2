import { HostIndex } from '../../../src/check/facts/host-index';

function indexOf(...hosts: string[]): HostIndex<string> {
  const index = new HostIndex<string>();
  for (const host of hosts) index.add(host, host);
  return index;
}

/** All that cover a host, in the order in which they are tried. */
function tried(index: HostIndex<string>, host: string): string[] {
  const order: string[] = [];
  index.find(host, (values) => void order.push(...values));
  return order;
}

describe('hosts and wildcards', () => {
  const index = indexOf('*', '*.com', '*.example.com', 'api.example.com', '*-api.example.com', 'api.example.org');

  test('the exact host comes first, then ever shorter wildcards', () => {
    expect(tried(index, 'api.example.com')).toEqual(['api.example.com', '*.example.com', '*.com', '*']);
  });

  test('a wildcard within a label covers what ends like it', () => {
    expect(tried(index, 'pay-api.example.com')).toEqual(['*-api.example.com', '*.example.com', '*.com', '*']);
  });

  test('a wildcard covers no name that lacks its dot', () => {
    expect(tried(index, 'example.com')).toEqual(['*.com', '*']);
  });

  test('a wildcard is covered by itself and by wider ones, never by a name', () => {
    expect(tried(index, '*.example.com')).toEqual(['*.example.com', '*.com', '*']);
    expect(tried(index, '*.shop.example.com')).toEqual(['*.example.com', '*.com', '*']);
  });

  test('the search ends with what is accepted', () => {
    expect(index.find('api.example.com', ([first]) => first.startsWith('*') ? first : undefined)).toBe('*.example.com');
    expect(indexOf('a.b').find('b', () => true)).toBeUndefined();
  });
});
