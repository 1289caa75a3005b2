import { WebhookCheck } from './webhook-check';

export const checkRequestAuthentication: WebhookCheck = () => {};
