export { githubReport } from '../check/report/github';
export { jsonReport } from '../check/report/json';
export { sarifReport } from '../check/report/sarif';
export { textReport } from '../check/report/text';
export { packageVersion } from '../semantics/package-version';
