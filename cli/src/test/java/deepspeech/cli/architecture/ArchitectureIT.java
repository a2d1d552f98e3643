package deepspeech.cli.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import deepspeech.cli.build.Reactor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What docs/architecture.md says of the modules, compared with the classes of all of them. */
@Tag("integration")
class ArchitectureIT {
  private static final List<String> MODULES =
      List.of(
          "messages",
          "service-runtime",
          "test-support",
          "embedded-servers",
          "broker-client",
          "curves",
          "object-store",
          "checkpoint-store",
          "audio",
          "speech-data",
          "data-tools",
          "data-prep-service",
          "acoustic-model",
          "trainer-service",
          "evaluator-service",
          "dashboard",
          "cli");

  /** Applications that do not know each other. */
  private static final List<String> APPLICATIONS =
      List.of("data-prep-service", "trainer-service", "evaluator-service", "dashboard", "cli");

  /** The only packages that know a framework. */
  private static final String[] ADAPTERS = {
    "deepspeech.runtime.quarkus..",
    "deepspeech.dataprep.service..",
    "deepspeech.trainer.service..",
    "deepspeech.evaluator.service..",
    "deepspeech.dashboard.service..",
    "deepspeech.dashboard.api..",
    "deepspeech.dashboard.access..",
  };

  /** OpenTelemetry's API is not among them: it is a library, and records nothing by itself. */
  private static final String[] FRAMEWORKS = {
    "io.quarkus..",
    "io.smallrye..",
    "io.vertx..",
    "io.netty..",
    "jakarta..",
    "org.eclipse.microprofile..",
    "org.jboss..",
    "io.micrometer..",
    "io.prometheus..",
    "io.opentelemetry.sdk..",
  };

  private static Reactor reactor;
  private static JavaClasses classes;

  @BeforeAll
  static void readAllModules() throws Exception {
    reactor = Reactor.read(Path.of(".."), Set.of());
    List<Path> folders = new ArrayList<>();
    for (String module : MODULES) {
      Path folder = Path.of("..", module, "target/classes");
      assertThat(folder).as("the module %s is built", module).isDirectory();
      folders.add(folder);
    }
    classes = new ClassFileImporter().importPaths(folders);
  }

  @Test
  void everyModuleOfTheBuildIsCheckedByTheRules() {
    assertThat(reactor.modules())
        .filteredOn(module -> !module.equals("benchmarks") && !module.startsWith("deploy/"))
        .containsExactlyInAnyOrderElementsOf(MODULES);
  }

  @Test
  void onlyTheAdaptersKnowAFramework() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ADAPTERS)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(FRAMEWORKS)
        .check(classes);
  }

  @Test
  void onlyTheServicesUseTheSharedAdapter() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ADAPTERS)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("deepspeech.runtime.quarkus..")
        .check(classes);
  }

  @ParameterizedTest
  @CsvSource({
    "org.apache.kafka.., broker embedded testing cli.command dataprep.service trainer.service"
        + " evaluator.service evaluator.testset",
    "io.minio.., objectstore checkpoint speech.storage",
    "ai.djl.., acoustic evaluator.recognition evaluator.service",
    "ai.onnxruntime.., evaluator.recognition",
    "org.bytedeco.., speech.audio.codec",
    "picocli.., cli tools",
  })
  void aLibraryForOneJobIsKnownWhereTheJobIsDone(String library, String packages) {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            Stream.of(packages.split(" ")).map("deepspeech.%s.."::formatted).toArray(String[]::new))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .check(classes);
  }

  /** The algorithms stand beside the applications that run them, and know nothing of messaging. */
  @Test
  void speechDataAndTheAcousticModelKnowNoBroker() {
    noClasses()
        .that()
        .resideInAnyPackage("deepspeech.speech..", "deepspeech.tools..", "deepspeech.acoustic..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("deepspeech.broker..", "org.apache.kafka..", "deepspeech.checkpoint..")
        .check(classes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"dataprep", "trainer", "evaluator", "dashboard", "cli", "tools"})
  void noApplicationKnowsAnother(String application) {
    noClasses()
        .that()
        .resideOutsideOfPackage("deepspeech.%s..".formatted(application))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("deepspeech.%s..".formatted(application))
        .check(classes);
  }

  /** Tests included, unlike the rules over classes. */
  @Test
  void noPomOfALibraryOrServiceDependsOnAnApplication() {
    for (String module : MODULES) {
      if (!module.equals("cli")) {
        assertThat(reactor.dependencies().get(module))
            .as(module)
            .extracting(Reactor.Dependency::module)
            .doesNotContainAnyElementsOf(APPLICATIONS);
      }
    }
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("deepspeech.(**)").should().beFreeOfCycles().check(classes);
  }
}
