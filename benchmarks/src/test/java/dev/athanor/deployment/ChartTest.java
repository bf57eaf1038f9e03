package dev.athanor.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.Helm;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

class ChartTest {
  /// What the C library and the JVM's launcher read.
  private static final Set<String> OF_THE_RUNTIME = Set.of("GLIBC_TUNABLES", "JDK_JAVA_OPTIONS");

  private static final Helm CHART = new Helm(ServiceSettings.PROJECT.resolve("helm/athanor"));

  private static List<JsonNode> manifests;

  @BeforeAll
  static void render() {
    var rendered =
        CHART
            .template()
            .withName("test")
            .set("credentials.postgresPassword", "p")
            .set("credentials.s3AccessKey", "a")
            .set("credentials.s3SecretKey", "s")
            .set("prompt.env.ATHANOR_LANGUAGE_DEADLINE", "60s")
            .call();
    manifests = new ArrayList<>();
    try (var documents =
        new YAMLMapper().readerFor(JsonNode.class).<JsonNode>readValues(rendered)) {
      documents.forEachRemaining(manifests::add);
    }
  }

  @Test
  void lints() {
    var result = CHART.lint().strict().call();
    assertThat(result.isFailed()).as(result.getMessages().toString()).isFalse();
  }

  @Test
  void everyServiceHasADeploymentAndAService() {
    for (var service : ServiceSettings.all()) {
      var pods = deployments(service.name());
      assertThat(pods).as(service.name()).isNotEmpty();
      for (var container : pods) {
        assertThat(container.at("/ports/0/containerPort").asInt()).isEqualTo(service.port());
        assertThat(container.at("/readinessProbe/httpGet/path").asString())
            .isEqualTo("/actuator/health/readiness");
        assertThat(container.at("/livenessProbe/httpGet/path").asString())
            .isEqualTo("/actuator/health/liveness");
      }
      assertThat(of("Service"))
          .anyMatch(
              one ->
                  one.at("/metadata/name").asString().equals("test-" + service.name())
                      && one.at("/spec/ports/0/port").asInt() == service.port());
    }
  }

  @Test
  void noPasswordIsMadeUp() {
    var uninstalled = CHART.template().withName("test");
    assertThatThrownBy(uninstalled::call)
        .hasMessageContaining("credentials.postgresPassword is not set");
  }

  @Test
  void aSettingOfOneComponentIsPassedOn() {
    assertThat(deployments("prompt-service"))
        .singleElement()
        .satisfies(
            container -> {
              assertThat(setting(container, "ATHANOR_LANGUAGE_DEADLINE")).isEqualTo("60s");
              assertThat(container.path("env").toString()).contains("language-key");
            });
  }

  /// As Kubernetes' standard "restricted" for pods wants it.
  @Test
  void podsHaveNoMoreRightsThanTheyNeed() {
    for (var deployment : of("Deployment")) {
      var pod = deployment.at("/spec/template/spec");
      assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
      assertThat(pod.at("/securityContext/seccompProfile/type").asString())
          .isEqualTo("RuntimeDefault");
      var container = pod.at("/containers/0/securityContext");
      assertThat(container.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
      assertThat(container.at("/capabilities/drop/0").asString()).isEqualTo("ALL");
    }
  }

  @Test
  void theTrainerHasItsTwoRoles() {
    assertThat(deployments("trainer-service"))
        .extracting(container -> setting(container, "ATHANOR_TRAINER_ROLES"))
        .containsExactlyInAnyOrder("api", "worker");
  }

  @Test
  void aWorkerGivesBackTheMemoryThatItsAllocatorKeeps() {
    assertThat(deployments("trainer-service"))
        .filteredOn(container -> setting(container, "GLIBC_TUNABLES").contains("trim_threshold"))
        .singleElement()
        .satisfies(
            container ->
                assertThat(setting(container, "JDK_JAVA_OPTIONS"))
                    .contains("TrimNativeHeapInterval"));
  }

  @Test
  void everySettingIsOneThatAServiceReads() {
    for (var deployment : of("Deployment")) {
      for (var variable : deployment.at("/spec/template/spec/containers/0/env")) {
        var name = variable.path("name").asString();
        if (!OF_THE_RUNTIME.contains(name)) {
          assertThat(ServiceSettings.known()).contains(name);
        }
      }
    }
  }

  private static List<JsonNode> of(String kind) {
    return manifests.stream().filter(one -> one.path("kind").asString("").equals(kind)).toList();
  }

  /// The containers that run a service's image.
  private static List<JsonNode> deployments(String image) {
    return of("Deployment").stream()
        .map(deployment -> deployment.at("/spec/template/spec/containers/0"))
        .filter(container -> container.path("name").asString().equals(image))
        .toList();
  }

  private static String setting(JsonNode container, String name) {
    for (var variable : container.path("env")) {
      if (variable.path("name").asString().equals(name)) {
        return variable.path("value").asString();
      }
    }
    return "";
  }
}
