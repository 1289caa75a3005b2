/**
 * Rewrites the eager `require`s of the L1 modules in the compiled entry point,
 * so that a program which uses only our constructs never pays for 12,000 lines of L1 classes.
 *
 * A getter would do for CommonJS; Node's ESM loader however reads every export when it
 * imports a CommonJS module, so each namespace is a proxy that loads its module when a
 * class is first asked of it.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const EAGER = /^exports\.(\w+) = __importStar\(require\("(\.\/imports\/[\w.-]+)"\)\);$/gm;

const LOADER = `
function lazyModule(load) {
  let loaded;
  const module = () => (loaded ??= load());
  return new Proxy({}, {
    get: (_, name) => (name === 'then' ? undefined : module()[name]),
    has: (_, name) => name in module(),
    ownKeys: () => Reflect.ownKeys(module()).filter((name) => name !== '__esModule'),
    getOwnPropertyDescriptor: (_, name) => (name in module()
      ? { value: module()[name], enumerable: true, configurable: true, writable: false }
      : undefined),
  });
}
`;

const entry = process.argv[2] ?? 'lib/index.js';
const before = readFileSync(entry, 'utf8');
const names: string[] = [];
const after = before.replace(EAGER, (_, name: string, path: string) => {
  names.push(name);
  return `exports.${name} = lazyModule(() => require("${path}"));`;
});
if (names.length === 0) {
  console.error(`lazy-l1: ${entry} has no eager L1 require. Has the shape of the compiler's output changed?`);
  process.exit(1);
}
writeFileSync(entry, after.replace(/^exports\.\w+ = lazyModule/m, (first) => `${LOADER}${first}`));
