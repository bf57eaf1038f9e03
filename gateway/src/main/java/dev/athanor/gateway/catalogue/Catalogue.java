package dev.athanor.gateway.catalogue;

import dev.athanor.gateway.upstream.Upstream;
import dev.athanor.gateway.upstream.UpstreamClient;
import dev.athanor.gateway.upstream.UpstreamException;
import dev.athanor.platform.error.Problem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.util.UriUtils;
import tools.jackson.databind.JsonNode;

/// Puts together what the services that serve models say of them. One that does not answer costs
/// its part of the list and a warning, not the whole.
@Component
class Catalogue {
  private static final List<Upstream> SERVING = List.of(Upstream.EMBEDDING, Upstream.PROMPT);

  private final UpstreamClient client;

  Catalogue(UpstreamClient client) {
    this.client = client;
  }

  Listing list() throws InterruptedException {
    return gather(this::list);
  }

  /// A model by any name that its service takes: lists have bare names only, so what is in none of
  /// them is looked up by the services themselves.
  ///
  /// @throws Problem 404 where no service knows it, 503 where one that did not answer might
  JsonNode model(String id) throws InterruptedException {
    var listing = list();
    for (var model : listing.models()) {
      if (id.equals(model.path("id").asString(""))) {
        return model;
      }
    }
    var path = "/v1/models/" + UriUtils.encodePathSegment(id, StandardCharsets.UTF_8);
    var found = gather(upstream -> show(upstream, path));
    if (!found.models().isEmpty()) {
      return found.models().getFirst();
    }
    listing.requireAll();
    found.requireAll();
    throw listing.unknown(id);
  }

  private static Listing gather(Question question) throws InterruptedException {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var asked =
          SERVING.stream()
              .map(upstream -> threads.submit((Callable<Listing>) () -> question.ask(upstream)))
              .toList();
      var models = new ArrayList<JsonNode>();
      var warnings = new ArrayList<String>();
      for (var answer : asked) {
        models.addAll(answer.get().models());
        warnings.addAll(answer.get().warnings());
      }
      return new Listing(models, warnings);
    } catch (ExecutionException failure) {
      throw new IllegalStateException("listing models failed", failure.getCause());
    }
  }

  private Listing list(Upstream upstream) throws InterruptedException {
    try {
      var models = client.get(upstream, "/v1/models").path("data");
      return new Listing(List.copyOf(models.values()), List.of());
    } catch (UpstreamException failure) {
      return unanswered(upstream, failure.getMessage());
    }
  }

  private Listing show(Upstream upstream, String path) throws InterruptedException {
    try {
      var answer = client.ask(upstream, path);
      return switch (answer.status()) {
        case 200 -> new Listing(List.of(answer.body()), List.of());
        case 400, 404 -> new Listing(List.of(), List.of()); // no name of a model there
        default -> unanswered(upstream, "answered with status " + answer.status());
      };
    } catch (UpstreamException failure) {
      return unanswered(upstream, failure.getMessage());
    }
  }

  private static Listing unanswered(Upstream upstream, @Nullable String why) {
    return new Listing(List.of(), List.of("%s: %s".formatted(upstream.service(), why)));
  }

  private interface Question {
    Listing ask(Upstream upstream) throws InterruptedException;
  }

  /// @param warnings one for each service whose models are missing
  record Listing(List<JsonNode> models, List<String> warnings) {
    boolean nobodyAnswered() {
      return warnings.size() == SERVING.size();
    }

    private void requireAll() {
      if (!warnings.isEmpty()) {
        throw Problem.unavailable(String.join("; ", warnings));
      }
    }

    private Problem unknown(String id) {
      var known = models.stream().map(model -> model.path("id").asString("")).toList();
      return Problem.notFound(
          "model: %s (expected: one of %s, or a version or alias of one, as name@1)"
              .formatted(Problem.quote(id), known));
    }
  }
}
