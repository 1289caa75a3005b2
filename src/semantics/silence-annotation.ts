/** Where findings about an object are silenced: `CODE: reason`, one a line. */
export const SILENCE_ANNOTATION = 'cdk8s-istio.dev/silence';
