import { WebhookCheck } from './webhook-check';

export const checkProxyConfig: WebhookCheck = () => {};
