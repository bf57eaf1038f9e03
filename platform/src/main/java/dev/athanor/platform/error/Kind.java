package dev.athanor.platform.error;

/// The closed table of what can go wrong for a caller, with its HTTP status and its canonical gRPC
/// status.
public enum Kind {
  BAD_REQUEST(400, "INVALID_ARGUMENT", "invalid_request_error"),
  UNAUTHENTICATED(401, "UNAUTHENTICATED", "authentication_error"),
  FORBIDDEN(403, "PERMISSION_DENIED", "permission_error"),
  NOT_FOUND(404, "NOT_FOUND", "not_found_error"),
  METHOD_NOT_ALLOWED(405, "UNIMPLEMENTED", "invalid_request_error"),
  NOT_ACCEPTABLE(406, "INVALID_ARGUMENT", "invalid_request_error"),
  REQUEST_TIMEOUT(408, "DEADLINE_EXCEEDED", "invalid_request_error"),
  CONFLICT(409, "FAILED_PRECONDITION", "conflict_error"),
  TOO_LARGE(413, "INVALID_ARGUMENT", "invalid_request_error"),
  UNSUPPORTED_MEDIA(415, "INVALID_ARGUMENT", "invalid_request_error"),
  UNPROCESSABLE(422, "INVALID_ARGUMENT", "invalid_request_error"),
  TOO_MANY(429, "RESOURCE_EXHAUSTED", "rate_limit_error"),
  INTERNAL(500, "INTERNAL", "server_error"),
  UNAVAILABLE(503, "UNAVAILABLE", "server_error"),
  DEADLINE(504, "DEADLINE_EXCEEDED", "server_error");

  private final int httpStatus;
  private final String grpcCode;
  private final String openAiType;

  Kind(int httpStatus, String grpcCode, String openAiType) {
    this.httpStatus = httpStatus;
    this.grpcCode = grpcCode;
    this.openAiType = openAiType;
  }

  public int httpStatus() {
    return httpStatus;
  }

  /// The name of the canonical status, as `io.grpc.Status.Code` spells it.
  public String grpcCode() {
    return grpcCode;
  }

  /// The `type` of the error object on OpenAI-shaped routes.
  public String openAiType() {
    return openAiType;
  }
}
