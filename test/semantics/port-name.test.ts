import { isPortName } from '../../src/semantics/port-name';

test.each(['http', 'HTTP-1', '1', 'a'.repeat(63)])('%s is a name of a port', name => expect(isPortName(name)).toBe(true));

test.each(['', '-a', 'a-', 'a_b', 'a.b', 'ä', 'a\n', ' ', 'a'.repeat(64)])('"%s" is none', name => expect(isPortName(name)).toBe(false));
