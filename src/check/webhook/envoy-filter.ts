import { WebhookCheck } from './webhook-check';

export const checkEnvoyFilter: WebhookCheck = () => {};
