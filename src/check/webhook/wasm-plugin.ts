import { WebhookCheck } from './webhook-check';

export const checkWasmPlugin: WebhookCheck = () => {};
