// Reads `go test -json`, prints what a person wants of it, and writes "PASSED FAILED" to a file.
// A test with subtests is not counted beside them; a package that does not build is one failure.
const { writeFileSync } = require('node:fs');
const { createInterface } = require('node:readline');

const tests = new Map();
const outputs = new Map();
let packagesFailed = 0;

createInterface({ input: process.stdin }).on('line', (line) => {
  let event;
  try {
    event = JSON.parse(line);
  } catch {
    return console.log(line);
  }
  const key = JSON.stringify([event.Package, event.Test]);
  if (event.Action === 'build-output') process.stdout.write(event.Output);
  if (event.Action === 'output') outputs.set(key, (outputs.get(key) ?? '') + event.Output);
  if (!['pass', 'fail', 'skip'].includes(event.Action)) return;
  if (event.Test) {
    tests.set(key, event);
  } else {
    ended(event);
  }
}).on('close', () => {
  const all = leaves([...tests.values()]);
  const failed = all.filter(({ Action }) => Action === 'fail').length + packagesFailed;
  writeFileSync(process.argv[2], `${all.filter(({ Action }) => Action === 'pass').length} ${failed}\n`);
});

function ended({ Package, Action, Elapsed }) {
  const own = leaves([...tests.values()].filter((test) => test.Package === Package));
  const shown = own.filter((test) => test.Action !== 'pass');
  for (const { Test } of shown) process.stdout.write(outputs.get(JSON.stringify([Package, Test])) ?? '');
  if (Action === 'fail' && !shown.some((test) => test.Action === 'fail')) {
    packagesFailed++;
    process.stdout.write(outputs.get(JSON.stringify([Package, undefined])) ?? '');
  }
  if (own.length > 0 || Action === 'fail') console.log(`${Action.padEnd(4)}  ${Package}  ${own.length} tests, ${Elapsed ?? 0} s`);
}

function leaves(some) {
  const parents = new Set(some.map(({ Package, Test }) => JSON.stringify([Package, Test.split('/').slice(0, -1).join('/')])));
  return some.filter(({ Package, Test }) => !parents.has(JSON.stringify([Package, Test])));
}
