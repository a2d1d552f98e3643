package deepspeech.vulnerabilities;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The command on a small repository whose services ship two libraries, and its commands a third.
 */
class CheckLibrariesTest {
  private static final Clock NOW =
      Clock.fixed(Instant.parse("2026-12-01T12:00:00Z"), ZoneOffset.UTC);

  private static final String ACCEPTED =
      """
      - id: CVE-2026-1
        aliases: [GHSA-1]
        library: a:one
        affected:
          - {introduced: "0", fixed: "1.1"}
        accepted:
          reason: The parser is not called.
          until: the platform has 1.1
          review: 2026-12-31
      """;

  private static final String ADVISORY =
      """
      {"id": "GHSA-1", "modified": "2026-11-30T00:00:00Z", "aliases": ["CVE-2026-1"],
       "affected": [{"package": {"ecosystem": "Maven", "name": "a:one"},
         "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.1"}]}]}]}
      """;

  @TempDir private Path root;

  @BeforeEach
  void aRepositoryWithPackagedPrograms() throws IOException {
    for (String service :
        List.of("data-prep-service", "trainer-service", "evaluator-service", "dashboard")) {
      write(
          service + "/target/quarkus-app/quarkus-app-dependencies.txt",
          "a:one::jar:1.0\na:two:linux-x86_64:jar:2.0\ndeepspeech:messages::jar:0.1.0-SNAPSHOT\n");
    }
    for (String command : List.of("cli", "data-tools")) {
      write(
          command + "/target/class-path.txt",
          """

          The following files have been resolved:
             a:three:jar:3.0:runtime -- module a.three (auto)
             a:two:jar:linux-x86_64:2.0:compile
             deepspeech:messages:jar:0.1.0-SNAPSHOT:compile
          """);
    }
    libraries("a/one@1.0", "a/three@3.0", "a/two@2.0");
    advisories("[]");
  }

  @Test
  void nothingIsFoundWhereEveryShippedLibraryWasReviewed() {
    assertThat(check()).isEqualTo("0 3 libraries, 0 reviewed advisories: nothing found");
  }

  @Test
  void anAddedLibraryIsNamedWithItsPrograms() throws IOException {
    // Given
    libraries("a/one@1.0", "a/two@2.0");

    // Then
    assertThat(check())
        .startsWith(
            "1 pkg:maven/a/three@3.0 of cli, data-tools has no review; look for its advisories, then record it in libraries.txt\n");
  }

  @Test
  void anotherVersionIsNamedWithTheReviewedOne() throws IOException {
    // Given
    libraries("a/one@0.9", "a/three@3.0", "a/two@2.0");

    // Then
    assertThat(check())
        .startsWith(
            """
            1 pkg:maven/a/one@1.0 of dashboard, data-prep-service, evaluator-service, trainer-service has no review (reviewed: 0.9); look for its advisories, then record it in libraries.txt
            libraries.txt: pkg:maven/a/one@0.9 is not shipped any more; remove its line
            """);
  }

  @Test
  void aKnownAdvisoryThatIsNotAcceptedIsNamed() throws IOException {
    // Given
    advisories(ACCEPTED.substring(0, ACCEPTED.indexOf("  accepted")));

    // Then
    assertThat(check())
        .startsWith(
            "1 CVE-2026-1 (GHSA-1) affects a:one 1.0 (affected: from the first before 1.1); update it, or accept it in advisories.yaml with a reason\n");
  }

  @Test
  void anAcceptedAdvisoryIsNoFinding() throws IOException {
    // Given
    advisories(ACCEPTED);

    // Then
    assertThat(check()).isEqualTo("0 3 libraries, 1 reviewed advisories: nothing found");
  }

  @Test
  void anAcceptanceOfAVersionThatIsNotAffectedIsStale() throws IOException {
    // Given
    advisories(ACCEPTED.replace("\"1.1\"", "\"1.0\""));

    // Then
    assertThat(check())
        .startsWith(
            "1 advisories.yaml: CVE-2026-1 does not affect a:one 1.0 (affected: from the first before 1.0); remove its field \"accepted\"\n");
  }

  @Test
  void anAdvisoryOnALibraryThatIsGoneIsStale() throws IOException {
    // Given
    advisories(ACCEPTED.replace("a:one", "a:four"));

    // Then
    assertThat(check())
        .startsWith(
            "1 advisories.yaml: CVE-2026-1: a:four is not shipped any more; remove the entry\n");
  }

  @Test
  void anAdvisoryOfTheDatabaseIsFoundUnlessItIsAcceptedUnderAnyOfItsNames() throws IOException {
    // Given
    write("database/GHSA-1.json", ADVISORY);
    String database = "--database=" + root.resolve("database");

    // Then
    assertThat(check(database))
        .startsWith(
            "1 GHSA-1 (CVE-2026-1) affects a:one 1.0 (affected: from the first before 1.1); update it, or accept it in advisories.yaml with a reason\n");

    // When
    advisories(ACCEPTED);

    // Then
    assertThat(check(database))
        .isEqualTo(
            "0 3 libraries, 1 reviewed advisories and 1 of %s, changed last 2026-11-30T00:00:00Z: nothing found",
            root.resolve("database"));
  }

  @Test
  void anAcceptanceThatTheDatabaseDoesNotConfirmIsStale() throws IOException {
    // Given
    advisories(ACCEPTED);
    write("database/GHSA-1.json", ADVISORY.replace("\"1.1\"", "\"0.9\""));
    String database = "--database=" + root.resolve("database");

    // Then
    assertThat(check(database))
        .startsWith(
            "1 advisories.yaml: the database does not confirm CVE-2026-1 for a:one 1.0 (affected: from the first before 0.9); remove its field \"accepted\"\n");

    // When
    write(
        "database/GHSA-1.json",
        ADVISORY.replace("\"aliases\"", "\"withdrawn\": \"x\", \"aliases\""));

    // Then
    assertThat(check(database))
        .startsWith(
            "1 advisories.yaml: the database does not confirm CVE-2026-1 for a:one 1.0 (withdrawn); remove its field \"accepted\"\n");
  }

  @Test
  void aWithdrawnDuplicateDoesNotMakeAnAcceptanceStale() throws IOException {
    // Given
    advisories(ACCEPTED);
    write("database/GHSA-1.json", ADVISORY);
    write(
        "database/GHSA-2.json",
        ADVISORY
            .replace("GHSA-1", "GHSA-2")
            .replace("\"aliases\"", "\"withdrawn\": \"x\", \"aliases\""));

    // Then
    assertThat(check("--database=" + root.resolve("database"))).startsWith("0 ");
  }

  @Test
  void anAcceptanceIsDueFromItsDayOn() throws IOException {
    // Given
    advisories(ACCEPTED.replace("2026-12-31", "2026-12-02"));
    String before = check();
    advisories(ACCEPTED.replace("2026-12-31", "2026-12-01"));

    // When
    String due = check();

    // Then
    assertThat(before).startsWith("0 ");
    assertThat(due)
        .startsWith(
            "1 advisories.yaml: CVE-2026-1 for a:one was accepted until: the platform has 1.1; review it again, its day was 2026-12-01\n");
  }

  @Test
  void recordingKeepsTheDaysOfLibrariesThatDidNotChange() throws IOException {
    // Given
    libraries("a/one@1.0", "a/two@1.9");

    // When
    String result = check("--record");

    // Then
    assertThat(result).startsWith("0 ");
    assertThat(Files.readAllLines(root.resolve("deploy/vulnerabilities/libraries.txt")))
        .endsWith(
            "pkg:maven/a/one@1.0 2026-11-30",
            "pkg:maven/a/three@3.0 2026-12-01",
            "pkg:maven/a/two@2.0 2026-12-01");
  }

  @Test
  void reviewedLibrariesAreCheckedWithoutPackagedPrograms() throws IOException {
    // Given
    Files.delete(root.resolve("cli/target/class-path.txt"));

    // Then
    assertThat(check())
        .isEqualTo(
            "1 %s is missing; mvn package makes it", root.resolve("cli/target/class-path.txt"));
    assertThat(check("--reviewed-only")).startsWith("0 3 libraries");
    assertThat(check("--reviewed-only", "--record")).startsWith("2 --record needs");
  }

  @Test
  void aWrongBaselineIsExplainedInOneLine() throws IOException {
    libraries("a/two@2.0", "a/one@1.0");
    assertThat(check())
        .isEqualTo(
            "1 libraries.txt:2: pkg:maven/a/one@1.0 must come before pkg:maven/a/two@2.0, and once");
    libraries("a/one");
    assertThat(check())
        .isEqualTo(
            "1 libraries.txt:1: \"pkg:maven/a/one\" given, allowed: pkg:maven/GROUP/ARTIFACT@VERSION");
    libraries("a/one@1.0", "a/three@3.0", "a/two@2.0");
    advisories(ACCEPTED.replace("\"1.1\"", "1.10"));
    assertThat(check())
        .isEqualTo("1 advisories.yaml: CVE-2026-1: affected: put the version 1.1 into quotes");
    advisories(ACCEPTED.replace("until", "til"));
    assertThat(check())
        .isEqualTo(
            "1 advisories.yaml: CVE-2026-1: field \"til\" given, allowed: reason, review, until");
    advisories(ACCEPTED.replace("The parser is not called.", "''"));
    assertThat(check()).isEqualTo("1 advisories.yaml: CVE-2026-1: reason: a text is missing");
    advisories(ACCEPTED + ACCEPTED);
    assertThat(check()).isEqualTo("1 advisories.yaml: CVE-2026-1: there are two entries for a:one");
    advisories(ACCEPTED.replace("2026-12-31", "soon"));
    assertThat(check())
        .isEqualTo(
            "1 advisories.yaml: CVE-2026-1: review: \"soon\" given, allowed: a day as YYYY-MM-DD");
  }

  private void libraries(String... purls) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (String purl : purls) {
      lines.append("pkg:maven/").append(purl).append(" 2026-11-30\n");
    }
    write("deploy/vulnerabilities/libraries.txt", lines.toString());
  }

  private void advisories(String yaml) throws IOException {
    write("deploy/vulnerabilities/advisories.yaml", yaml);
  }

  private void write(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  /** The exit status, a blank, and what was printed. */
  private String check(String... arguments) {
    StringWriter printed = new StringWriter();
    PrintWriter writer = new PrintWriter(printed);
    int status =
        CheckLibraries.commandLine(NOW)
            .setOut(writer)
            .setErr(writer)
            .execute(
                Stream.concat(Stream.of("--root=" + root), List.of(arguments).stream())
                    .toArray(String[]::new));
    return (status + " " + printed).strip();
  }
}
