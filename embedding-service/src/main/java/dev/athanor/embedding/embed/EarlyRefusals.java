package dev.athanor.embedding.embed;

import dev.athanor.embedding.caller.HttpCaller;
import dev.athanor.embedding.catalogue.EncoderVersion;
import dev.athanor.platform.error.ErrorShape;
import dev.athanor.platform.error.Problem;
import dev.athanor.platform.trace.TraceIds;
import dev.athanor.platform.upload.Refusals;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.PathContainer;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.filter.ServerHttpObservationFilter;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPattern.PathMatchInfo;
import org.springframework.web.util.pattern.PathPatternParser;
import tools.jackson.databind.json.JsonMapper;

/// Refuses the calls of REST for which there can be no room, before a controller is looked for and
/// the body is kept: where most calls are refused, what a refusal costs is taken from the forward
/// passes. Whatever else may be wrong with a call is for the controllers to say.
@Component
final class EarlyRefusals extends OncePerRequestFilter {
  private static final List<PathPattern> PATHS =
      List.of(
          PathPatternParser.defaultInstance.parse("/v1/models/{model}/embed"),
          PathPatternParser.defaultInstance.parse("/v1/embeddings"),
          PathPatternParser.defaultInstance.parse("/v2/models/{model}/infer"),
          PathPatternParser.defaultInstance.parse("/v2/models/{model}/versions/{version}/infer"));

  private final Embedder embedder;
  private final TraceIds traces;
  private final JsonMapper json;

  EarlyRefusals(Embedder embedder, TraceIds traces, JsonMapper json) {
    this.embedder = embedder;
    this.traces = traces;
    this.json = json;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain rest)
      throws ServletException, IOException {
    if (!HttpMethod.POST.matches(request.getMethod()) || !isRefused(request, response)) {
      rest.doFilter(request, response);
    }
  }

  private boolean isRefused(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    var path = PathContainer.parsePath(request.getRequestURI());
    for (var pattern : PATHS) {
      var match = pattern.matchAndExtract(path);
      if (match != null) {
        var refusal = refusal(request, match);
        if (refusal.isPresent()) {
          ServerHttpObservationFilter.findObservationContext(request)
              .ifPresent(observed -> observed.setPathPattern(pattern.getPatternString()));
          refuse(request, response, refusal.get());
        }
        return refusal.isPresent();
      }
    }
    return false;
  }

  private Optional<Problem> refusal(HttpServletRequest request, PathMatchInfo match) {
    try {
      return embedder.refusal(HttpCaller.of(request), version(match));
    } catch (Problem other) {
      return Optional.empty();
    }
  }

  private Optional<EncoderVersion> version(PathMatchInfo match) {
    var model = match.getUriVariables().get("model");
    var version = match.getUriVariables().get("version");
    return Optional.ofNullable(version == null ? model : model + "@" + version)
        .map(embedder::resolve);
  }

  private void refuse(HttpServletRequest request, HttpServletResponse response, Problem refusal)
      throws IOException {
    Refusals.hearOut(request);
    var shape = ErrorShape.of(request);
    var body = shape.body(refusal.kind(), refusal.getMessage());
    traces.mark(body);
    response.setStatus(refusal.kind().httpStatus());
    refusal
        .retryAfter()
        .ifPresent(
            wait -> response.setHeader(HttpHeaders.RETRY_AFTER, Long.toString(wait.toSeconds())));
    response.setContentType(shape.type().toString());
    json.writeValue(response.getOutputStream(), body);
  }
}
