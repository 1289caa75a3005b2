import { WebhookCheck } from './webhook-check';

export const checkDestinationRule: WebhookCheck = () => {};
