import { checkReservedAnnotations } from './reserved-annotations';
import { checkTargets } from './target-refs';
import { atMost, checkWasm } from './wasm-module';
import { WebhookCheck } from './webhook-check';

const LONGEST_LUA = 65_536;

export const checkTrafficExtension: WebhookCheck = (object, report) => {
  checkReservedAnnotations(object, report);
  const { spec } = object;
  checkTargets(spec, report);
  if (spec.lua !== undefined) atMost(spec.lua.inlineCode, LONGEST_LUA, 'spec.lua.inlineCode', report);
  if (spec.wasm !== undefined) checkWasm(spec.wasm, 'spec.wasm', report);
};
