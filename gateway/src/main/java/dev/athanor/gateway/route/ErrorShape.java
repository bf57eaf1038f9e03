package dev.athanor.gateway.route;

import dev.athanor.platform.error.Kind;
import dev.athanor.platform.trace.TraceIds;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.web.servlet.function.ServerResponse;

/// How an error looks to the callers of a route.
enum ErrorShape {
  /// RFC 9457.
  PROBLEM {
    @Override
    ServerResponse render(Kind kind, String message, TraceIds traces) {
      var problem = ProblemDetail.forStatusAndDetail(status(kind), message);
      traces.mark(problem);
      return start(kind).contentType(MediaType.APPLICATION_PROBLEM_JSON).body(problem);
    }
  },
  /// The error object of OpenAI's API.
  OPENAI {
    @Override
    ServerResponse render(Kind kind, String message, TraceIds traces) {
      var error = new LinkedHashMap<String, Object>();
      error.put("message", message);
      error.put("type", kind.openAiType());
      error.put("param", null);
      error.put("code", null);
      return start(kind).contentType(MediaType.APPLICATION_JSON).body(Map.of("error", error));
    }
  },
  /// The Open Inference Protocol's.
  INFERENCE {
    @Override
    ServerResponse render(Kind kind, String message, TraceIds traces) {
      return start(kind).contentType(MediaType.APPLICATION_JSON).body(Map.of("error", message));
    }
  };

  private static final String SECONDS_UNTIL_RETRY = "2";

  abstract ServerResponse render(Kind kind, String message, TraceIds traces);

  private static ServerResponse.BodyBuilder start(Kind kind) {
    var response = ServerResponse.status(status(kind));
    return kind == Kind.UNAVAILABLE
        ? response.header(HttpHeaders.RETRY_AFTER, SECONDS_UNTIL_RETRY)
        : response;
  }

  private static HttpStatusCode status(Kind kind) {
    return HttpStatusCode.valueOf(kind.httpStatus());
  }
}
