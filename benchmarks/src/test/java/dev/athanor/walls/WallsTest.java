package dev.athanor.walls;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The walls that docs/architecture.md speaks of.
class WallsTest {
  private static final List<String> SERVICES =
      List.of("augmentation", "trainer", "embedding", "prompt", "gateway");

  private static JavaClasses athanor;

  @BeforeAll
  static void read() {
    athanor =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.athanor");
    assertThat(athanor.size()).as("classes found").isGreaterThan(300);
  }

  @Test
  void learningIsAPureLibrary() {
    noClasses()
        .that()
        .resideInAPackage("dev.athanor.learning..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "org.springframework..", "org.apache.kafka..", "java.net.http..", "io.grpc.."))
        .check(athanor);
  }

  @Test
  void onlyLearningTouchesTheTrainingEngine() {
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.athanor.learning..", "dev.athanor.benchmarks..")
        .should()
        .dependOnClassesThat(resideInAPackage("ai.djl.pytorch.."))
        .check(athanor);
  }

  /// See Scalars: what differentiation remembers of such a call does not outlive a collection.
  @ParameterizedTest
  @ValueSource(strings = {"mul", "div", "pow", "muli", "divi", "powi"})
  void nothingThatIsDifferentiatedIsMultipliedByANumberOfJava(String operation) {
    noClasses()
        .that()
        .resideInAPackage("dev.athanor.learning..")
        .and()
        .doNotHaveFullyQualifiedName("dev.athanor.learning.engine.Updates")
        .should()
        .callMethod(NDArray.class, operation, Number.class)
        .check(athanor);
  }

  @Test
  void servingNeedsNothingOfLearning() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.athanor.embedding..", "dev.athanor.augmentation..")
        .should()
        .dependOnClassesThat(resideInAPackage("dev.athanor.learning.."))
        .check(athanor);
  }

  @ParameterizedTest
  @ValueSource(strings = {"contracts", "preprocessing"})
  void theLowestRoomsKnowNobody(String room) {
    noClasses()
        .that()
        .resideInAPackage("dev.athanor." + room + "..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.athanor..")
                .and(not(resideInAPackage("dev.athanor." + room + ".."))))
        .check(athanor);
  }

  @Test
  void platformKnowsNothingButTheContracts() {
    noClasses()
        .that()
        .resideInAPackage("dev.athanor.platform..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.athanor..")
                .and(not(resideInAnyPackage("dev.athanor.platform..", "dev.athanor.contracts.."))))
        .check(athanor);
  }

  /// It ends up in the programs of others.
  @Test
  void theClientKnowsNothingButTheContracts() {
    noClasses()
        .that()
        .resideInAPackage("dev.athanor.client..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.athanor..")
                .and(not(resideInAnyPackage("dev.athanor.client..", "dev.athanor.contracts.."))))
        .check(athanor);
    noClasses()
        .that()
        .resideInAPackage("dev.athanor.client..")
        .should()
        .dependOnClassesThat(resideInAnyPackage("org.springframework..", "io.grpc.netty.."))
        .check(athanor);
  }

  @Test
  void servicesDoNotKnowEachOther() {
    for (var service : SERVICES) {
      noClasses()
          .that()
          .resideInAPackage("dev.athanor." + service + "..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                  SERVICES.stream()
                      .filter(other -> !other.equals(service))
                      .map(other -> "dev.athanor." + other + "..")
                      .toArray(String[]::new)))
          .check(athanor);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "augmentation",
        "trainer",
        "embedding",
        "prompt",
        "gateway",
        "learning",
        "platform",
        "launcher"
      })
  void noCyclesBetweenPackages(String room) {
    slices()
        .matching("dev.athanor." + room + ".(*)..")
        .should()
        .beFreeOfCycles()
        .allowEmptyShould(true)
        .check(athanor);
  }

  @Test
  void packagesAreNamedForTheDomain() {
    noClasses()
        .should()
        .resideInAnyPackage(
            "..controller..",
            "..service..",
            "..dto..",
            "..util..",
            "..common..",
            "..impl..",
            "..model..",
            "..helper..",
            "..manager..")
        .check(athanor);
  }

  @Test
  void adaptersAreNotPublic() {
    classes()
        .that()
        .haveSimpleNameEndingWith("Controller")
        .or()
        .haveSimpleNameEndingWith("GrpcService")
        .should()
        .notBePublic()
        .check(athanor);
  }
}
