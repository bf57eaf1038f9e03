package dev.athanor.gateway.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.gateway.RunningGateway;
import dev.athanor.gateway.TestService;
import dev.athanor.gateway.upstream.Upstream;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The models of two services, behind one door.
class CatalogueIT {
  private static final String UNKNOWN = "{\"error\":{\"message\":\"model: unknown\"}}";

  private static TestService encoders;
  private static TestService languages;
  private static RunningGateway gateway;

  /// In front of the encoders alone.
  private static RunningGateway half;

  @BeforeAll
  static void start() {
    encoders =
        TestService.start()
            .json("/v1/models", 200, list("words"))
            .json("/v1/models/", 404, UNKNOWN)
            .json("/v1/models/words@1", 200, model("words@1"))
            .json("/v1/models/words@production", 200, model("words@production"))
            .json("/v1/models/UPPER", 400, UNKNOWN);
    languages =
        TestService.start()
            .json("/v1/models", 200, list("Tiny.Llama"))
            .json("/v1/models/", 404, UNKNOWN);
    var encoding = encoders.address();
    gateway =
        RunningGateway.before(
            Map.of(Upstream.EMBEDDING, encoding, Upstream.PROMPT, languages.address()));
    half = RunningGateway.before(Map.of(Upstream.EMBEDDING, encoding));
  }

  @AfterAll
  static void stop() {
    gateway.close();
    half.close();
    encoders.close();
    languages.close();
  }

  @ParameterizedTest
  @CsvSource({"words", "words@1", "words%401", "words@production", "Tiny.Llama"})
  void aModelIsFoundByEveryNameThatItsServiceTakes(String id) throws Exception {
    var answer = gateway.get("/v1/models/" + id);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(RunningGateway.json(answer).path("id").asString()).isEqualTo(id.replace("%40", "@"));
  }

  @ParameterizedTest
  @CsvSource({"nothing", "words@9", "UPPER"})
  void whatNoServiceKnowsIsNotFound(String id) throws Exception {
    var answer = gateway.get("/v1/models/" + id);
    assertThat(answer.statusCode()).isEqualTo(404);
    var error = RunningGateway.json(answer).path("error");
    assertThat(error.path("code").asString()).isEqualTo("model_not_found");
    assertThat(error.path("message").asString())
        .startsWith("model: \"%s\" (expected: one of [words, Tiny.Llama]".formatted(id));
  }

  @Test
  void withOneServiceAwayTheOthersModelsAreFoundAndNoModelIsSaidToBeUnknown() throws Exception {
    assertThat(half.get("/v1/models/words").statusCode()).isEqualTo(200);
    assertThat(half.get("/v1/models/words@1").statusCode()).isEqualTo(200);
    var answer = half.get("/v1/models/Tiny.Llama");
    assertThat(answer.statusCode()).isEqualTo(503);
    var error = RunningGateway.json(answer).path("error");
    assertThat(error.path("message").asString()).isEqualTo("prompt-service: not reachable");
    assertThat(error.path("type").asString()).isEqualTo("server_error");
  }

  private static String list(String id) {
    return "{\"object\":\"list\",\"data\":[%s]}".formatted(model(id));
  }

  private static String model(String id) {
    return "{\"id\":\"%s\",\"object\":\"model\"}".formatted(id);
  }
}
