// Tells scripts/test.mjs how far the tests are: the counts after every file, and the end. Silent where nobody listens.
export default class CountingReporter {
  onTestFileResult(_test, _result, all) {
    tell('progress', all);
  }

  onRunComplete(_contexts, all) {
    tell('complete', all);
  }
}

function tell(stage, results) {
  process.send?.({
    stage,
    passed: results.numPassedTests,
    // A file that could not run, or that left something running, failed as well as its failed tests.
    failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
  });
}
