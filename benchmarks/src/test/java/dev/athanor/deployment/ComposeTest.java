package dev.athanor.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

class ComposeTest {
  private static JsonNode compose;

  @BeforeAll
  static void read() throws IOException {
    var file = ServiceSettings.PROJECT.resolve("docker-compose.yml");
    compose = new YAMLMapper().readTree(Files.readString(file));
  }

  @Test
  void everyServiceIsThereWithItsPortAndItsProbe() {
    for (var service : ServiceSettings.all()) {
      var entry = compose.path("services").path(service.name());
      assertThat(entry.at("/build/args/SERVICE").asString(""))
          .as(service.name())
          .isEqualTo(service.name());
      assertThat(entry.path("healthcheck").toString())
          .contains("http://localhost:%d/actuator/health/readiness".formatted(service.port()));
      assertThat(entry.path("expose").toString() + entry.path("ports"))
          .contains(Integer.toString(service.port()));
    }
  }

  /// The image that the services are built on has none.
  @Test
  void whatProbesTheServicesIsInTheirImages() throws IOException {
    assertThat(Files.readString(ServiceSettings.PROJECT.resolve("docker/Dockerfile")))
        .containsPattern("apt-get install [^&]*\\bcurl\\b");
  }

  @Test
  void theObjectStoreHasThePasswordThatTheServicesUse() {
    var password = compose.at("/x-service/environment/ATHANOR_S3_SECRET_KEY").asString();
    assertThat(password).contains("ATHANOR_S3_SECRET_KEY");
    assertThat(compose.at("/configs/s3/content").asString())
        .contains("\"secretKey\": \"%s\"".formatted(password));
  }

  @Test
  void everySettingIsOneThatAServiceReads() {
    var shared = compose.path("x-service").path("environment");
    var set = shared.propertyNames();
    assertThat(set).isNotEmpty();
    assertThat(ServiceSettings.known()).containsAll(set);
  }

  @Test
  void theTrainerGivesBackTheMemoryThatItsAllocatorKeeps() {
    var environment = compose.at("/services/trainer-service/environment");
    assertThat(environment.path("GLIBC_TUNABLES").asString()).contains("trim_threshold");
    assertThat(environment.path("JDK_JAVA_OPTIONS").asString()).contains("TrimNativeHeapInterval");
  }

  @Test
  void everyAddressLeadsToAServiceOfTheFile() {
    var shared = compose.path("x-service").path("environment");
    var addresses =
        Map.of(
            "ATHANOR_AUGMENTATION_URL", "augmentation-service",
            "ATHANOR_TRAINER_URL", "trainer-service",
            "ATHANOR_EMBEDDING_URL", "embedding-service",
            "ATHANOR_PROMPT_URL", "prompt-service");
    for (var service : ServiceSettings.all()) {
      addresses.forEach(
          (variable, name) -> {
            if (name.equals(service.name())) {
              assertThat(shared.path(variable).asString())
                  .isEqualTo("http://%s:%d".formatted(name, service.port()));
            }
          });
    }
  }
}
