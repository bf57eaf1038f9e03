package dev.athanor.embedding.trial;

import java.net.http.HttpClient;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

/// The registry's desk where trials are handed out and verdicts taken.
final class TrialDesk {
  private final RestClient rest;
  private final long holdSeconds;

  TrialDesk(TrialProperties properties) {
    var requests =
        new JdkClientHttpRequestFactory(
            HttpClient.newBuilder().connectTimeout(properties.timeout()).build());
    requests.setReadTimeout(properties.timeout());
    this.rest =
        RestClient.builder()
            .baseUrl(properties.registry().toString())
            .requestFactory(requests)
            .build();
    this.holdSeconds = properties.hold().toSeconds();
  }

  private record Ask(long holdSeconds) {}

  private record Said(String outcome, @Nullable String reason, @Nullable Figures figures) {}

  /// The version that has waited longest and that nobody tries.
  Optional<Candidate> take() {
    return Optional.ofNullable(
        rest.post()
            .uri("/internal/trials")
            .contentType(MediaType.APPLICATION_JSON)
            .body(new Ask(holdSeconds))
            .retrieve()
            .body(Candidate.class));
  }

  void judge(Candidate of, Verdict verdict) {
    var said =
        switch (verdict) {
          case Verdict.Ready(var figures) -> new Said("READY", null, figures);
          case Verdict.Rejected(var reason) -> new Said("REJECTED", reason, null);
          case Verdict.Undecided(var reason) -> new Said("UNDECIDED", reason, null);
          case Verdict.NotHeld(var reason) -> new Said("NOT_HELD", reason, null);
        };
    rest.post()
        .uri("/internal/trials/{model}/{version}/{fence}", of.model(), of.version(), of.fence())
        .contentType(MediaType.APPLICATION_JSON)
        .body(said)
        .retrieve()
        .toBodilessEntity();
  }
}
