import { WebhookCheck } from './webhook-check';

export const checkTelemetry: WebhookCheck = () => {};
