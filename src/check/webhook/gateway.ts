import { WebhookCheck } from './webhook-check';

export const checkGateway: WebhookCheck = () => {};
