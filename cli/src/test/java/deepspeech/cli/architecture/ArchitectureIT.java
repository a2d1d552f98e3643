package deepspeech.cli.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What docs/architecture.md says of the modules, held against the classes of all of them. */
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

  private static final String[] LIBRARIES = {
    "deepspeech.messages..",
    "deepspeech.runtime..",
    "deepspeech.broker..",
    "deepspeech.curves..",
    "deepspeech.objectstore..",
    "deepspeech.checkpoint..",
    "deepspeech.speech..",
    "deepspeech.tools..",
    "deepspeech.acoustic..",
    "deepspeech.embedded..",
    "deepspeech.testing..",
    "deepspeech.cli..",
  };

  private static final String ADAPTER = "deepspeech.runtime.quarkus..";

  private static final String[] FRAMEWORKS = {
    "io.quarkus..",
    "io.smallrye..",
    "io.vertx..",
    "jakarta..",
    "org.eclipse.microprofile..",
    "io.micrometer..",
  };

  private static JavaClasses classes;

  @BeforeAll
  static void readAllModules() {
    List<Path> folders = new ArrayList<>();
    for (String module : MODULES) {
      Path folder = Path.of("..", module, "target/classes");
      assertThat(folder).as("the module %s is built", module).isDirectory();
      folders.add(folder);
    }
    classes = new ClassFileImporter().importPaths(folders);
  }

  @Test
  void everyModuleOfTheBuildIsHeldAgainstTheRules() throws Exception {
    // When
    String pom = Files.readString(Path.of("../pom.xml"));

    // Then
    assertThat(
            pom.lines()
                .filter(line -> line.contains("<module>"))
                .map(line -> line.replaceAll("\\s*</?module>", ""))
                .filter(module -> !module.equals("benchmarks") && !module.startsWith("deploy/")))
        .containsExactlyInAnyOrderElementsOf(MODULES);
  }

  @Test
  void librariesKnowNoFramework() {
    noClasses()
        .that()
        .resideInAnyPackage(LIBRARIES)
        .and()
        .resideOutsideOfPackage(ADAPTER)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(FRAMEWORKS)
        .check(classes);
  }

  @Test
  void librariesDoNotUseTheAdapterToTheFramework() {
    noClasses()
        .that()
        .resideInAnyPackage(LIBRARIES)
        .and()
        .resideOutsideOfPackage(ADAPTER)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ADAPTER)
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

  @Test
  void modulesHaveNoCycles() {
    slices().matching("deepspeech.(*)..").should().beFreeOfCycles().check(classes);
  }

  @Test
  void integrationTestsCanBeChosenByTheirTag() throws Exception {
    // When
    List<Path> tests = new ArrayList<>();
    for (String module : MODULES) {
      Path sources = Path.of("..", module, "src/test/java");
      if (Files.isDirectory(sources)) {
        try (Stream<Path> files = Files.walk(sources)) {
          files.filter(file -> file.toString().endsWith("IT.java")).forEach(tests::add);
        }
      }
    }

    // Then
    assertThat(tests)
        .isNotEmpty()
        .allSatisfy(test -> assertThat(test).content().contains("@Tag(\"integration\")"));
  }
}
