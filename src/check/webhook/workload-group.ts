import { WebhookCheck } from './webhook-check';

export const checkWorkloadGroup: WebhookCheck = () => {};
