import { WebhookCheck } from './webhook-check';

export const checkServiceEntry: WebhookCheck = () => {};
