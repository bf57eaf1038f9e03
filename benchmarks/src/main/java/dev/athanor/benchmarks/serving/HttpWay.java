package dev.athanor.benchmarks.serving;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/// One image file as the body of an HTTP/1.1 request, over as many connections as there are open
/// questions.
final class HttpWay implements Way {
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final List<HttpRequest> questions;
  private final Predicate<HttpResponse<byte[]>> right;

  private HttpWay(
      URI address, String accept, List<byte[]> files, Predicate<HttpResponse<byte[]>> right) {
    this.questions =
        files.stream()
            .map(
                file ->
                    HttpRequest.newBuilder(address)
                        .header("Content-Type", "image/png")
                        .header("Accept", accept)
                        .timeout(Duration.ofSeconds(60))
                        .POST(BodyPublishers.ofByteArray(file))
                        .build())
            .toList();
    this.right = right;
  }

  /// Numbers come back as bytes.
  static Way raw(URI root, String model, List<byte[]> files, int dimensions) {
    return new HttpWay(
        root.resolve("/v1/models/" + model + "/embed"),
        "application/octet-stream",
        files,
        response -> response.body().length == dimensions * Float.BYTES);
  }

  /// Numbers come back as JSON, of our server and of its peer.
  static Way json(URI address, List<byte[]> files) {
    return new HttpWay(address, "application/json", files, response -> response.body().length > 0);
  }

  @Override
  public CompletableFuture<Outcome> ask(int number) {
    return client
        .sendAsync(questions.get(number % questions.size()), BodyHandlers.ofByteArray())
        .handle(
            (response, failure) -> {
              if (failure != null) {
                return Outcome.FAILED;
              }
              return switch (response.statusCode()) {
                case 200 -> right.test(response) ? Outcome.OK : Outcome.FAILED;
                case 429 ->
                    response.headers().firstValue("Retry-After").isPresent()
                        ? Outcome.REFUSED
                        : Outcome.FAILED;
                default -> Outcome.FAILED;
              };
            });
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
