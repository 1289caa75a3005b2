import { splitHostPort } from '../../src/semantics/host-port';

test.each([
  ['127.0.0.1:80', '127.0.0.1', '80'], [':80', '', '80'], ['[::1]:80', '::1', '80'], ['a:', 'a', ''], ['[]:80', '', '80'], ['unix:80', 'unix', '80'],
])('%s is %s and %s', (text, host, port) => expect(splitHostPort(text)).toEqual({ host, port }));

test.each(['', '80', '::1:80', '[::1]', '[::1]80', '[::1]:80:80', '[', ']:80', 'a]:80', '[::1]:[80', '[[::1]]:80', '[::1]a:80'])(
  '"%s" is not taken apart', text => expect(splitHostPort(text)).toBeUndefined());
