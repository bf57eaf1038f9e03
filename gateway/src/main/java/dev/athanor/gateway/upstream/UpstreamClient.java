package dev.athanor.gateway.upstream;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Asks a service the gateway's own small questions. What callers ask goes through the routes.
@Component
public class UpstreamClient {
  private final UpstreamHttp http;
  private final UpstreamProperties properties;
  private final JsonMapper json;

  UpstreamClient(UpstreamHttp http, UpstreamProperties properties, JsonMapper json) {
    this.http = http;
    this.properties = properties;
    this.json = json;
  }

  /// The JSON document at `path` of `upstream`, which it has at hand.
  public JsonNode get(Upstream upstream, String path)
      throws UpstreamException, InterruptedException {
    return body(ask(upstream, path));
  }

  /// The JSON document at `path` of `upstream`, which it may have to make first.
  public JsonNode getSlowly(Upstream upstream, String path)
      throws UpstreamException, InterruptedException {
    return body(ask(upstream, path, properties.silenceTimeout()));
  }

  private static JsonNode body(Answer answer) throws UpstreamException {
    if (answer.status() != 200) {
      throw new UpstreamException("answered with status " + answer.status());
    }
    return answer.body();
  }

  /// Whatever `upstream` answers at `path`, its status included.
  public Answer ask(Upstream upstream, String path) throws UpstreamException, InterruptedException {
    return ask(upstream, path, properties.probeTimeout());
  }

  private Answer ask(Upstream upstream, String path, Duration limit)
      throws UpstreamException, InterruptedException {
    var request =
        HttpRequest.newBuilder(properties.address(upstream).resolve(path))
            .timeout(limit)
            .header("Accept", "application/json, */*;q=0.5");
    try {
      var response = http.send(upstream, request, HttpResponse.BodyHandlers.ofByteArray());
      return new Answer(response.statusCode(), json.readTree(response.body()));
    } catch (ConnectException failure) {
      throw new UpstreamException("not reachable", failure);
    } catch (HttpTimeoutException failure) {
      throw new UpstreamException("no answer within %d ms".formatted(limit.toMillis()), failure);
    } catch (IOException failure) {
      throw new UpstreamException("broke off before it answered", failure);
    } catch (JacksonException failure) {
      throw new UpstreamException("answered with something other than JSON", failure);
    }
  }

  public record Answer(int status, JsonNode body) {}
}
