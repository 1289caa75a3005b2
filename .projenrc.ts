import { cdk8s, javascript, TextFile } from 'projen';
import { importDirectionZones } from './tools/import-direction';

/** The oldest cdk8s that Maven Central serves; the unit tests run with it and with the newest. */
const CDK8S_FLOOR = '2.70.47';
const CDK8S_NEWEST = '2.70.106';

/** The Istio version whose CRDs the L1 classes come from: a file `crds/istio-<version>.yaml`. */
const ISTIO_VERSION = '1.31';

const project = new cdk8s.ConstructLibraryCdk8s({
  name: 'cdk8s-istio',
  description: 'Istio as typed code that is proved before it is applied: cdk8s constructs for the service mesh.',
  author: 'The cdk8s-istio authors',
  authorAddress: 'maintainers@cdk8s-istio.dev',
  authorOrganization: true,
  license: 'Apache-2.0',
  repositoryUrl: 'https://github.com/cdk8s-istio/cdk8s-istio.git',
  keywords: ['cdk8s', 'istio', 'service-mesh', 'kubernetes', 'envoy', 'canary', 'zero-trust'],
  stability: 'experimental',

  projenrcTs: true,
  packageManager: javascript.NodePackageManager.NPM,
  minNodeVersion: '20.19.0',
  defaultReleaseBranch: 'main',
  github: false,
  release: false,
  buildWorkflow: false,
  depsUpgrade: false,
  integrationTestAutoDiscover: false,
  sampleCode: false,

  cdk8sVersion: CDK8S_FLOOR,
  constructsVersion: '10.3.0',
  jsiiVersion: '~6.0.16',
  typescriptVersion: '~6.0.3',
  tsconfig: { compilerOptions: { types: ['node'], inlineSourceMap: false, inlineSources: false, declaration: true } },
  tsconfigDevFile: 'tsconfig.dev.json',
  tsconfigDev: {
    compilerOptions: { types: ['jest', 'node'] },
    include: ['.projenrc.ts', 'tools/**/*.ts', 'examples/**/*.ts', 'conformance/*.ts', 'conformance/engines/*.ts', 'bench/**/*.ts'],
  },

  publishToPypi: { distName: 'cdk8s-istio', module: 'cdk8s_istio' },
  publishToMaven: {
    javaPackage: 'io.github.cdk8sistio',
    mavenGroupId: 'io.github.cdk8s-istio',
    mavenArtifactId: 'cdk8s-istio',
  },

  // Loaded when the checker meets the first regular expression: docs/adr/0008-one-dependency-is-bundled.md.
  bundledDeps: ['re2js@2.10.0'],
  devDeps: [
    'projen@0.103.25',
    'ts-node@^10.9.2',
    'constructs@10.8.1',
    '@types/node@^20',
    'cdk8s-cli@2.207.60',
    'cdk8s-plus-31@2.6.43',
    'cdk8s-plus-33@2.5.57',
    '@microsoft/jest-sarif@1.0.0-beta.0',
    '@grafana/grafana-foundation-sdk@0.0.21',
    'ajv@^8',
    'ajv-draft-04@^1',
    'csv-parse@^6',
    `cdk8s-newest@npm:cdk8s@${CDK8S_NEWEST}`,
    'fast-check@^4',
    'jsii-docgen@10.12.6',
    'jsii-pacmak@1.140.0',
    'tinybench@^6',
    'yaml@^2',
  ],
  bin: { 'cdk8s-istio': 'bin/cdk8s-istio' },
  jestOptions: {
    jestVersion: '^30',
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    coverageText: false,
    junitReporting: false,
    jestConfig: {
      collectCoverage: false,
      globals: { EXPECTED_CDK8S_VERSION: CDK8S_FLOOR },
      testMatch: ['<rootDir>/test/**/*.test.ts', '<rootDir>/examples/**/*.test.ts'],
      collectCoverageFrom: ['src/**/*.ts', '!src/imports/**', '!src/**/generated/**'],
      watchPathIgnorePatterns: ['/node_modules/', '/lib/', '/dist/'],
    },
  },
  eslintOptions: {
    dirs: ['src'],
    devdirs: ['test', 'examples', 'tools', 'conformance', 'bench'],
    ignorePatterns: ['src/imports/', 'src/**/generated/', 'examples/*/dist/', 'conformance/judge/', 'conformance/.build/', '*.d.ts', '*.js', 'node_modules/', 'coverage'],
    prettier: false,
  },
  gitignore: ['/examples/*/dist/', '/conformance/.build/', '.DS_Store', '*.tgz', '/.jsii.tabl.json', '__pycache__/'],
});

project.gitignore.addPatterns('/src/imports/', '/src/imports.*/', '/src/**/generated/');
project.gitignore.include('/tools/rules/coverage/');
project.npmignore!.exclude('/crds/', '/examples/', '/conformance/', '/tools/', '/bench/', '/docs/', '/.ci/', '/.projenrc.ts', '/jest.newest.json', '/jest.conformance.json', '/jest.engines.json', '/CONTRIBUTING.md');

// --- the package ------------------------------------------------------------

project.package.addField('overrides', { 'unrs-resolver': '1.12.2' });
project.package.addField('exports', {
  '.': { types: './lib/index.d.ts', default: './lib/index.js' },
  './package.json': './package.json',
  './.jsii': './.jsii',
  './.warnings.jsii.js': './.warnings.jsii.js',
});
// The wheel and the jar are built from this package by name; jsii warns on every run otherwise.
project.tasks.addEnvironment('JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION', '20');
project.tasks.addEnvironment('JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION', '1');

// --- lint: imports run one way ------------------------------------------------

project.eslint!.config.parserOptions = { ecmaVersion: 2022, sourceType: 'module', project: './tsconfig.dev.json' };
project.eslint!.addRules({
  'import/no-restricted-paths': ['error', { zones: importDirectionZones() }],
  'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
});

project.eslint!.addOverride({ files: ['test/**', 'examples/**', 'conformance/**', 'tools/**', 'bench/**', '.projenrc.ts'], rules: { 'import/no-extraneous-dependencies': 'off', 'import/order': 'off', '@typescript-eslint/no-require-imports': 'off' } });
// What an App that is not checked never needs is loaded when it is asked for.
project.eslint!.addOverride({ files: ['src/mesh/**', 'src/cli/**', 'src/model/synth-check.ts'], rules: { '@typescript-eslint/no-require-imports': 'off' } });
project.addTask('lint', {
  description: 'eslint without fixing: the import direction, file length, style',
  env: { ESLINT_USE_FLAT_CONFIG: 'false', NODE_NO_WARNINGS: '1' },
  exec: 'eslint --ext .ts --no-error-on-unmatched-pattern --max-warnings 0 src test examples tools conformance bench .projenrc.ts',
});

// --- tasks ----------------------------------------------------------------------

const node = 'node -r ts-node/register/transpile-only';
project.preCompileTask.reset();
project.preCompileTask.exec('rm -rf lib');
project.preCompileTask.exec(`${node} tools/import-l1.ts crds/istio-${ISTIO_VERSION}.yaml`, { name: 'L1 classes' });
project.preCompileTask.exec(`${node} tools/schema/generate.ts crds/istio-${ISTIO_VERSION}.yaml`, { name: 'types and validators of the schemas' });
project.preCompileTask.exec(`${node} tools/envoy-types/generate.ts crds/envoy-types.txt`, { name: "Envoy's messages" });

project.tasks.tryFind('docgen')!.reset('jsii-docgen --submodule root --output API.md');

project.addTask('typecheck', {
  description: 'Type-checks what jest only transpiles: tests, examples, tools',
  // isolatedModules lets jest transpile file by file; src/index.ts exports types as jsii reads them.
  exec: 'tsc --noEmit -p tsconfig.dev.json --isolatedModules false',
});

const lazyL1 = project.addTask('lazy-l1', {
  description: 'Makes lib/index.js load the L1 classes on first use',
  exec: `${node} tools/lazy-l1.ts lib/index.js`,
});
project.compileTask.spawn(lazyL1);
project.compileTask.exec(`${node} tools/fold-checker.ts lib mesh/synth.js cli/check.js`, { name: 'The checker in one file: a synth loads it in half the time' });

project.testTask.reset();
project.testTask.spawn(project.preCompileTask);
project.testTask.spawn(project.compileTask);
project.testTask.exec('jest --ci', { receiveArgs: true });

const docsRules = project.addTask('docs:rules', {
  description: 'Writes docs/rules from the rules',
  exec: `${node} tools/rules/write-docs.ts`,
});
project.tasks.tryFind('docgen')!.spawn(docsRules);

project.addTask('test:newest', {
  description: `Runs the unit tests with cdk8s ${CDK8S_NEWEST} instead of the oldest supported`,
  exec: 'jest --ci --config jest.newest.json',
  receiveArgs: true,
});

const synth = project.addTask('synth', {
  description: 'Builds the library, synthesizes examples/bookinfo with the cdk8s CLI and shows what was written',
});
synth.spawn(project.preCompileTask);
synth.spawn(project.compileTask);
synth.exec(`${node} tools/synth-example.ts examples/bookinfo`);

const checkPackage = project.addTask('check:package', {
  description: 'Installs the packed library into an empty project and uses it in CommonJS, ESM and TypeScript',
});
checkPackage.spawn(project.preCompileTask);
checkPackage.spawn(project.compileTask);
checkPackage.exec(`${node} tools/check-package.ts`);

const checkLanguages = project.addTask('check:languages', {
  description: 'Builds the Python wheel and the Java jar; the same chart from each is the same YAML',
});
checkLanguages.spawn(project.preCompileTask);
checkLanguages.spawn(project.compileTask);
checkLanguages.exec(`${node} tools/check-languages.ts`);

// In bash: the shell that projen brings knows no 'test -n'.
const libIsStale = 'bash -c \'test ! -e lib/index.js || test -n "$(find src crds -newer lib/index.js -print -quit)"\'';
const conformance = project.addTask('conformance', {
  description: 'Asks real Istio and real Envoy about what the constructs write (needs Go, Python and root; see docs/conformance.md)',
  receiveArgs: true,
});
conformance.exec('conformance/setup.sh', { name: 'judge' });
conformance.spawn(project.preCompileTask, { condition: libIsStale });
conformance.spawn(project.compileTask, { condition: libIsStale });
conformance.exec('jest --ci --runInBand --config jest.conformance.json', { receiveArgs: true });

const conformanceFuzz = project.addTask('conformance:fuzz', {
  description: 'Compares the schema and the webhook layer with real Istio on documents made from the CRDs (--layer, --count, --seed, --kind)',
  receiveArgs: true,
});
conformanceFuzz.exec('conformance/setup.sh', { name: 'judge' });
conformanceFuzz.exec(`${node} conformance/fuzz/run.ts`, { receiveArgs: true });

const conformanceEngines = project.addTask('conformance:engines', {
  description: 'Has Argo Rollouts and Flagger themselves take rollouts from step to step (needs Go and root; see docs/conformance.md)',
  receiveArgs: true,
});
conformanceEngines.exec('conformance/setup.sh', { name: 'judge' });
conformanceEngines.exec('conformance/engines/setup.sh', { name: 'engines' });
// The tests read src/ itself; what generates parts of it runs before a compilation.
const libIsMissing = 'bash -c "test ! -e lib/index.js"';
conformanceEngines.spawn(project.preCompileTask, { condition: libIsMissing });
conformanceEngines.spawn(project.compileTask, { condition: libIsMissing });
conformanceEngines.exec('rm -rf conformance/.build/engines/seen');
conformanceEngines.exec('conformance/engines/enclosed.sh jest --ci --runInBand --config jest.engines.json', { receiveArgs: true });
conformanceEngines.exec(`${node} conformance/engines/proved.ts record`);

project.addTask('conformance:prove', {
  description: 'Breaks the constructs on purpose, one fault at a time, and shows which conformance tests notice',
  exec: `${node} tools/prove-conformance.ts`,
  receiveArgs: true,
});

const bench = project.addTask('bench', {
  description: 'Measures, against plain cdk8s: import cost, synthesis of 1,000 services, cost per service as they grow',
});
bench.spawn(project.preCompileTask);
bench.spawn(project.compileTask);
bench.exec(`${node} bench/bench.ts`);

const benchCheck = project.addTask('bench:check', {
  description: 'Measures the checker: in memory, beside istioctl (which it builds), as a mesh grows, at synth',
});
benchCheck.spawn(project.preCompileTask);
benchCheck.spawn(project.compileTask);
benchCheck.exec(`${node} bench/check.ts`);

const benchMesh = project.addTask('bench:mesh', {
  description: 'Weighs what istiod sends to proxies in a mesh of 1,000 services, with and without derived Sidecars (builds the judge)',
});
benchMesh.spawn(project.preCompileTask);
benchMesh.spawn(project.compileTask);
benchMesh.exec(`${node} bench/mesh-scale.ts`);

new TextFile(project, 'jest.newest.json', {
  lines: [JSON.stringify({
    preset: 'ts-jest',
    testEnvironment: 'node',
    testMatch: ['<rootDir>/test/**/*.test.ts', '<rootDir>/examples/**/*.test.ts'],
    globals: { EXPECTED_CDK8S_VERSION: CDK8S_NEWEST },
    moduleNameMapper: { '^cdk8s(/.*)?$': 'cdk8s-newest$1' },
    transform: { '^.+\\.[t]sx?$': ['ts-jest', { tsconfig: 'tsconfig.dev.json' }] },
  }, undefined, 2)],
});

const conformanceJest = (testMatch: string) => [JSON.stringify({
  preset: 'ts-jest',
  testEnvironment: 'node',
  testMatch: [testMatch],
  // One mesh, one cluster at a time, and starting one takes seconds.
  maxWorkers: 1,
  testTimeout: 180_000,
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/conformance/.build/'],
  transform: { '^.+\\.[t]sx?$': ['ts-jest', { tsconfig: 'tsconfig.dev.json' }] },
}, undefined, 2)];
new TextFile(project, 'jest.conformance.json', { lines: conformanceJest('<rootDir>/conformance/*.test.ts') });
new TextFile(project, 'jest.engines.json', { lines: conformanceJest('<rootDir>/conformance/engines/*.test.ts') });

project.synth();
