import { WebhookCheck } from './webhook-check';

export const checkSidecar: WebhookCheck = () => {};
