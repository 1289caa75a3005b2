import { WebhookCheck } from './webhook-check';

export const checkWorkloadEntry: WebhookCheck = () => {};
