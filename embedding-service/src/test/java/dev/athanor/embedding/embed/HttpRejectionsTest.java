package dev.athanor.embedding.embed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.embedding.metrics.ServingMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class HttpRejectionsTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final HttpRejections rejections = new HttpRejections(new ServingMetrics(registry));

  @ParameterizedTest
  @CsvSource({
    "/v1/models/a/embed, , raw, interactive",
    "/v1/embeddings, bulk, openai, bulk",
    "/v2/models/a/infer, interactive, inference-rest, interactive",
    "/v1/indexes/a/entries, bulk, index, bulk",
    "/v1/indexes/a/query, nonsense, index, interactive"
  })
  void whoIsToldToComeBackIsCounted(
      String path, @Nullable String priority, String protocol, String urgency) throws Exception {
    answer(path, priority, 429);
    answer(path, priority, 200);
    answer(path, priority, 503);
    assertThat(
            registry
                .get("athanor.embedding.rejected")
                .tags("protocol", protocol, "class", urgency)
                .counter()
                .count())
        .isEqualTo(1);
  }

  @Test
  void whatIsNoWayToEmbedIsNot() throws Exception {
    answer("/v1/embedding-jobs", null, 429);
    answer("/actuator/health", null, 429);
    assertThat(registry.find("athanor.embedding.rejected").counters()).isEmpty();
  }

  private void answer(String path, @Nullable String priority, int status) throws Exception {
    var request = new MockHttpServletRequest("POST", path);
    if (priority != null) {
      request.addHeader("x-athanor-priority", priority);
    }
    rejections.doFilter(
        request,
        new MockHttpServletResponse(),
        (_, response) -> ((HttpServletResponse) response).setStatus(status));
  }
}
