import { WebhookCheck } from './webhook-check';

export const checkTrafficExtension: WebhookCheck = () => {};
