import { WebhookCheck } from './webhook-check';

export const checkPeerAuthentication: WebhookCheck = () => {};
