import { checkReservedAnnotations } from './reserved-annotations';
import { checkTargets } from './target-refs';
import { checkWasm } from './wasm-module';
import { WebhookCheck } from './webhook-check';

export const checkWasmPlugin: WebhookCheck = (object, report) => {
  checkReservedAnnotations(object, report);
  const { spec } = object;
  checkTargets(spec, report);
  checkWasm(spec, 'spec', report);
};
