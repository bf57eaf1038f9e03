package dev.athanor.gateway.route;

import dev.athanor.gateway.upstream.Upstream;
import java.util.List;

/// The paths that one service owns. `/**` at a pattern's end matches the path before it too.
record Route(Upstream upstream, List<String> paths) {

  /// The gateway's table, without the paths that it answers itself.
  static final List<Route> ALL =
      List.of(
          new Route(Upstream.AUGMENTATION, List.of("/v1/datasets/**", "/v1/tokenizers/**")),
          new Route(
              Upstream.TRAINER,
              List.of(
                  "/v1/runs/**",
                  "/v1/recipes/**",
                  "/v1/sweeps/**",
                  "/v1/evaluations/**",
                  "/v1/plans/**",
                  "/v1/registry/models/**",
                  "/v1/registry/imports/**")),
          new Route(
              Upstream.EMBEDDING,
              List.of(
                  "/v1/embeddings",
                  "/v1/models/{name}/embed",
                  "/v1/embedding-jobs/**",
                  "/v1/indexes/**",
                  "/v2/**")),
          new Route(Upstream.PROMPT, List.of("/v1/completions", "/v1/chat/completions")));
}
