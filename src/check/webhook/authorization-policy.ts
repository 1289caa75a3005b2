import { WebhookCheck } from './webhook-check';

export const checkAuthorizationPolicy: WebhookCheck = () => {};
