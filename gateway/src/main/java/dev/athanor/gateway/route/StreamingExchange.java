package dev.athanor.gateway.route;

import dev.athanor.gateway.upstream.SilenceGuard;
import dev.athanor.gateway.upstream.Upstream;
import dev.athanor.gateway.upstream.UpstreamHttp;
import dev.athanor.platform.connection.WaitingCaller;
import dev.athanor.platform.error.ErrorShape;
import dev.athanor.platform.error.Kind;
import dev.athanor.platform.trace.TraceIds;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.gateway.server.mvc.handler.GatewayServerResponse;
import org.springframework.cloud.gateway.server.mvc.handler.ProxyExchange;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.function.ServerResponse;

/// Passes a request on to a service and its answer back, both as they come.
///
/// The Gateway library routes and filters headers; this takes the place of its own exchange over
/// `RestClient`, for three reasons. Its only limit on a slow service is Spring's read timeout,
/// which over the JDK's client spans the whole exchange, and so would cut every long upload, every
/// download and every stream of events. It drops the length of a request's body, by which a service
/// tells a whole upload from a broken one. And it flushes nothing before the first event, so that a
/// browser does not see a quiet stream open.
@Component
class StreamingExchange implements ProxyExchange {
  /// The request attribute that holds the [Route].
  static final String ROUTE = StreamingExchange.class.getName() + ".route";

  private static final Logger log = LoggerFactory.getLogger(StreamingExchange.class);
  private static final int PIECE_BYTES = 1 << 16;
  private static final String SECONDS_UNTIL_RETRY = "2";

  /// By which services tell callers apart that give themselves no name.
  private static final String FORWARDED_FOR = "X-Forwarded-For";

  /// The JDK's client sets length and host itself and refuses them from others, the expectation of
  /// `100 Continue` is each connection's own, and Spring adds a character set to the content type.
  private static final Set<String> SET_ANEW =
      Set.of("content-length", "host", "expect", "content-type");

  private final UpstreamHttp http;
  private final SilenceGuard guard;
  private final TraceIds traces;

  StreamingExchange(UpstreamHttp http, SilenceGuard guard, TraceIds traces) {
    this.http = http;
    this.guard = guard;
    this.traces = traces;
  }

  @Override
  public ServerResponse exchange(Request request) {
    var upload = new Upload(request.getServerRequest().servletRequest());
    var sending =
        http.sendAsync(
            upstream(request),
            outgoing(request, upload),
            HttpResponse.BodyHandlers.ofInputStream());
    var watch = guard.watch(() -> sending.cancel(true));
    upload.onPiece(watch::moved);
    try {
      return relay(request, head(sending, upload), watch);
    } catch (InterruptedException stopping) {
      sending.cancel(true);
      Thread.currentThread().interrupt();
      return fail(request, watch, Kind.UNAVAILABLE, "the gateway is stopping", stopping);
    } catch (ExecutionException failure) {
      return fail(request, watch, upload, failure.getCause());
    } catch (CancellationException calledOff) {
      return fail(request, watch, upload, calledOff);
    } finally {
      upload.end();
    }
  }

  /// Waits for the head of the answer, and calls the request off when its caller has hung up: the
  /// service then sees its own connection end, and need not go on.
  private static HttpResponse<InputStream> head(
      CompletableFuture<HttpResponse<InputStream>> sending, Upload upload)
      throws InterruptedException, ExecutionException {
    WaitingCaller.await(sending, upload::isCallerGone, () -> sending.cancel(true));
    return sending.get();
  }

  private static HttpRequest.Builder outgoing(Request request, Upload upload) {
    var outgoing =
        HttpRequest.newBuilder(Objects.requireNonNull(request.getUri()))
            .method(request.getMethod().name(), upload.publisher())
            .expectContinue(upload.asksFirst());
    request
        .getHeaders()
        .forEach(
            (name, values) -> {
              if (isPassedOn(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> outgoing.header(name, value));
              }
            });
    var caller = request.getServerRequest().servletRequest();
    if (caller.getContentType() != null) {
      outgoing.header(HttpHeaders.CONTENT_TYPE, caller.getContentType());
    }
    return outgoing.header(FORWARDED_FOR, caller.getRemoteAddr());
  }

  /// What a caller says about where it calls from stays here: services believe the gateway.
  private static boolean isPassedOn(String name) {
    return !SET_ANEW.contains(name)
        && !name.equals("forwarded")
        && !name.startsWith("x-forwarded-");
  }

  private static ServerResponse relay(
      Request request, HttpResponse<InputStream> answer, SilenceGuard.Watch watch) {
    var received = new Received(answer);
    watch.onSilence(() -> close(answer.body()));
    var response =
        GatewayServerResponse.status(answer.statusCode())
            .build(
                (servletRequest, servletResponse) -> {
                  copy(received, answer.body(), servletResponse, watch);
                  return null;
                });
    request.getResponseConsumers().forEach(consumer -> consumer.accept(received, response));
    return response;
  }

  private static void copy(
      Received received, InputStream body, HttpServletResponse response, SilenceGuard.Watch watch)
      throws IOException {
    try (body;
        watch) {
      if (received.mayPause()) {
        watch.close();
      }
      // An answer of unknown length may be a stream: its head and each piece go out at once.
      var live = received.getHeaders().getContentLength() < 0;
      if (live) {
        response.flushBuffer();
      }
      var out = response.getOutputStream();
      var piece = new byte[PIECE_BYTES];
      for (var read = body.read(piece); read >= 0; read = body.read(piece)) {
        watch.moved();
        out.write(piece, 0, read);
        if (live) {
          out.flush();
        }
      }
      // A body that was closed for its silence ends like a whole one; the caller must not think so.
      if (watch.silent()) {
        throw new IOException("the service fell silent in the middle of its answer");
      }
    }
  }

  private static void close(InputStream body) {
    try {
      body.close();
    } catch (IOException failure) {
      log.debug("closing a silent answer failed", failure);
    }
  }

  private ServerResponse fail(
      Request request, SilenceGuard.Watch watch, Upload upload, @Nullable Throwable cause) {
    if (watch.silent()) {
      var message = "no answer within %d s".formatted(guard.limit().toSeconds());
      return fail(request, watch, Kind.DEADLINE, message, cause);
    }
    if (upload.isCallerGone()) {
      var message = "its caller hung up before the answer";
      return fail(request, watch, Kind.BAD_REQUEST, message, cause);
    }
    if (upload.broken()) {
      var message = "the request's body broke off before its end";
      return fail(request, watch, Kind.BAD_REQUEST, message, cause);
    }
    if (cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException) {
      upload.hearOut();
      var message = "not reachable (expected: running; GET /v1/status tells)";
      return fail(request, watch, Kind.UNAVAILABLE, message, cause);
    }
    upload.hearOut();
    return fail(request, watch, Kind.UNAVAILABLE, "broke off before it answered", cause);
  }

  private ServerResponse fail(
      Request request,
      SilenceGuard.Watch watch,
      Kind kind,
      String message,
      @Nullable Throwable cause) {
    watch.close();
    var service = upstream(request).service();
    log.warn("{}: {} ({})", service, message, String.valueOf(cause));
    var shape = ErrorShape.of(request.getServerRequest().servletRequest());
    var body = shape.body(kind, service + ": " + message);
    traces.mark(body);
    var answer = ServerResponse.status(kind.httpStatus()).contentType(shape.type());
    if (kind == Kind.UNAVAILABLE) {
      answer.header(HttpHeaders.RETRY_AFTER, SECONDS_UNTIL_RETRY);
    }
    return answer.body(body);
  }

  private static Upstream upstream(Request request) {
    var route = (Route) Objects.requireNonNull(request.getServerRequest().attributes().get(ROUTE));
    return route.upstream();
  }

  /// The service's answer, as the Gateway's header filters want it.
  private record Received(HttpStatusCode getStatusCode, HttpHeaders getHeaders)
      implements Response {
    Received(HttpResponse<?> answer) {
      this(HttpStatusCode.valueOf(answer.statusCode()), new HttpHeaders());
      answer.headers().map().forEach(getHeaders::addAll);
    }

    /// A stream of events is silent for as long as nothing happens.
    boolean mayPause() {
      return MediaType.TEXT_EVENT_STREAM.equalsTypeAndSubtype(getHeaders.getContentType());
    }
  }
}
