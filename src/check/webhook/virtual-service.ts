import { WebhookCheck } from './webhook-check';

export const checkVirtualService: WebhookCheck = () => {};
