/**
 * What a gRPC call fails with.
 *
 * @see https://grpc.io/docs/guides/status-codes/
 */
export enum GrpcStatus {
  /** 1: the caller gave up. */
  CANCELLED = 'CANCELLED',
  /** 2. */
  UNKNOWN = 'UNKNOWN',
  /** 3. */
  INVALID_ARGUMENT = 'INVALID_ARGUMENT',
  /** 4: it took too long. */
  DEADLINE_EXCEEDED = 'DEADLINE_EXCEEDED',
  /** 5. */
  NOT_FOUND = 'NOT_FOUND',
  /** 6. */
  ALREADY_EXISTS = 'ALREADY_EXISTS',
  /** 7: the caller is known and may not. */
  PERMISSION_DENIED = 'PERMISSION_DENIED',
  /** 8: a quota is used up. */
  RESOURCE_EXHAUSTED = 'RESOURCE_EXHAUSTED',
  /** 9. */
  FAILED_PRECONDITION = 'FAILED_PRECONDITION',
  /** 10: a conflict, worth another try of the whole. */
  ABORTED = 'ABORTED',
  /** 11. */
  OUT_OF_RANGE = 'OUT_OF_RANGE',
  /** 12. */
  UNIMPLEMENTED = 'UNIMPLEMENTED',
  /** 13. */
  INTERNAL = 'INTERNAL',
  /** 14: nobody answers; what clients repeat. */
  UNAVAILABLE = 'UNAVAILABLE',
  /** 15. */
  DATA_LOSS = 'DATA_LOSS',
  /** 16: the caller is not known. */
  UNAUTHENTICATED = 'UNAUTHENTICATED',
}
