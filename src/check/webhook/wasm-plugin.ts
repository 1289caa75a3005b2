import { checkTargets } from './target-refs';
import { checkWasm } from './wasm-module';
import { WebhookCheck } from './webhook-check';

export const checkWasmPlugin: WebhookCheck = ({ spec }, report) => {
  checkTargets(spec, report);
  checkWasm(spec, 'spec', report);
};
