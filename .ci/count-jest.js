// Prints "PASSED FAILED" of jest's --json output. A file of tests that does not even load is one failure.
const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(require('node:fs').readFileSync(process.argv[2], 'utf8'));
console.log(numPassedTests, numFailedTests + numRuntimeErrorTestSuites);
