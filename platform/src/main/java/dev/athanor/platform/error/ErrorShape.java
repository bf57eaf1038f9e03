package dev.athanor.platform.error;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/// How an error looks to the callers of a path. The path alone decides, so that an error has the
/// same shape whether a controller, the framework or the gateway found it.
public enum ErrorShape {
  /// RFC 9457, on every path that is of no other shape.
  PROBLEM(MediaType.APPLICATION_PROBLEM_JSON) {
    @Override
    public Object body(Kind kind, String message) {
      return ProblemDetail.forStatusAndDetail(HttpStatusCode.valueOf(kind.httpStatus()), message);
    }
  },
  /// The error object of OpenAI's API.
  OPENAI(
      MediaType.APPLICATION_JSON,
      "/v1/embeddings",
      "/v1/models",
      "/v1/models/{id}",
      "/v1/completions",
      "/v1/chat/completions") {
    @Override
    public Object body(Kind kind, String message) {
      return OpenAiError.of(kind, message);
    }
  },
  /// The Open Inference Protocol's, `{"error": "…"}`.
  INFERENCE(MediaType.APPLICATION_JSON, "/v2/**") {
    @Override
    public Object body(Kind kind, String message) {
      return Map.of("error", message);
    }
  };

  private final MediaType type;
  private final List<PathPattern> paths;

  ErrorShape(MediaType type, String... paths) {
    this.type = type;
    this.paths = Arrays.stream(paths).map(PathPatternParser.defaultInstance::parse).toList();
  }

  /// The shape of errors on the request's path.
  public static ErrorShape of(HttpServletRequest request) {
    var path = PathContainer.parsePath(request.getRequestURI());
    return Arrays.stream(values())
        .filter(shape -> shape.paths.stream().anyMatch(pattern -> pattern.matches(path)))
        .findFirst()
        .orElse(PROBLEM);
  }

  /// The type of the body.
  public MediaType type() {
    return type;
  }

  /// What is written as JSON.
  public abstract Object body(Kind kind, String message);
}
