export { ask } from '../audit/question';
export { ineffectiveJson, jsonReport, rowJson, targetJson } from '../audit/report/json';
export { markdownReport } from '../audit/report/markdown';
export { svgReport } from '../audit/report/svg';
export { textReport } from '../audit/report/text';
