package dev.athanor.gateway.catalogue;

import dev.athanor.gateway.upstream.Upstream;
import dev.athanor.gateway.upstream.UpstreamClient;
import dev.athanor.gateway.upstream.UpstreamException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/// Puts together the lists of the services that serve models. One that does not answer costs its
/// part of the list and a warning, not the whole.
@Component
class Catalogue {
  private static final List<Upstream> SERVING = List.of(Upstream.EMBEDDING, Upstream.PROMPT);

  private final UpstreamClient client;

  Catalogue(UpstreamClient client) {
    this.client = client;
  }

  Listing list() throws InterruptedException {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var asked =
          SERVING.stream()
              .map(upstream -> threads.submit((Callable<Listing>) () -> ask(upstream)))
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

  private Listing ask(Upstream upstream) throws InterruptedException {
    try {
      var models = client.get(upstream, "/v1/models").path("data");
      return new Listing(List.copyOf(models.values()), List.of());
    } catch (UpstreamException failure) {
      var warning = "%s: %s".formatted(upstream.service(), failure.getMessage());
      return new Listing(List.of(), List.of(warning));
    }
  }

  /// @param warnings one for each service whose models are missing
  record Listing(List<JsonNode> models, List<String> warnings) {
    boolean nobodyAnswered() {
      return warnings.size() == SERVING.size();
    }
  }
}
