/** What a user called wrongly; its message says how to call it right. The exit code is 2. */
export class UsageError extends Error {}
