package deepspeech.vulnerabilities;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdvisoryDatabaseTest {
  private static final String TWO_PACKAGES =
      """
      {"schema_version": "1.4.0", "id": "GHSA-1", "modified": "2026-05-02T10:00:00Z",
       "aliases": ["CVE-2026-1"],
       "affected": [
        {"package": {"ecosystem": "Maven", "name": "a:one"},
         "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.5"}]},
                    {"type": "ECOSYSTEM", "events": [{"introduced": "2.0"}, {"fixed": "2.2"}]}],
         "versions": ["3.0-special"]},
        {"package": {"ecosystem": "Maven:https://example.org", "name": "a:two"},
         "ranges": [{"type": "GIT", "events": [{"introduced": "0"}]}],
         "versions": ["7"]},
        {"package": {"ecosystem": "npm", "name": "a:three"},
         "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}]}]}]}
      """;

  private static final String WITHDRAWN =
      """
      {"id": "GHSA-2", "modified": "2026-06-01T00:00:00Z", "withdrawn": "2026-06-01T00:00:00Z",
       "affected": [{"package": {"ecosystem": "Maven", "name": "a:one"}, "versions": ["1.0"]}]}
      """;

  @TempDir private Path folder;

  @Test
  void aVersionIsAffectedByAnyRangeOrByName() throws IOException {
    // When
    AdvisoryDatabase database = AdvisoryDatabase.read(zip(Map.of("GHSA-1.json", TWO_PACKAGES)));

    // Then
    assertThat(database.newest()).isEqualTo("2026-05-02T10:00:00Z");
    Advisory advisory = database.advisories().get(0);
    assertThat(advisory.ids()).containsExactly("CVE-2026-1", "GHSA-1");
    assertThat(advisory.affects(new Library("a:one", "1.4"))).isTrue();
    assertThat(advisory.affects(new Library("a:one", "1.5"))).isFalse();
    assertThat(advisory.affects(new Library("a:one", "2.1"))).isTrue();
    assertThat(advisory.affects(new Library("a:one", "3.0-special"))).isTrue();
    assertThat(advisory.affects(new Library("a:one", "3.0"))).isFalse();
  }

  @Test
  void rangesOfCommitsAndOtherEcosystemsAreSkipped() throws IOException {
    // When
    Advisory advisory =
        AdvisoryDatabase.read(zip(Map.of("GHSA-1.json", TWO_PACKAGES))).advisories().get(0);

    // Then
    assertThat(advisory.affects(new Library("a:two", "7"))).isTrue();
    assertThat(advisory.affects(new Library("a:two", "8"))).isFalse();
    assertThat(advisory.affects(new Library("a:three", "1"))).isFalse();
  }

  @Test
  void aWithdrawnAdvisoryAffectsNothing() throws IOException {
    // When
    AdvisoryDatabase database = AdvisoryDatabase.read(zip(Map.of("GHSA-2.json", WITHDRAWN)));

    // Then
    assertThat(database.advisories().get(0).affects(new Library("a:one", "1.0"))).isFalse();
  }

  @Test
  void aCloneOfGithubsDatabaseIsReadWithoutItsUnreviewedAdvisories() throws IOException {
    // Given
    write("advisories/github-reviewed/2026/05/GHSA-1/GHSA-1.json", TWO_PACKAGES);
    write("advisories/unreviewed/2026/05/GHSA-3/GHSA-3.json", "{}");
    write(".github/settings.json", "{}");
    write("README.md", "text");

    // When
    AdvisoryDatabase database = AdvisoryDatabase.read(folder);

    // Then
    assertThat(database.advisories()).extracting(Advisory::id).containsExactly("GHSA-1");
  }

  @Test
  void aDatabaseThatCannotFindAnythingIsRefused() throws IOException {
    // Given
    Path missing = folder.resolve("missing.zip");
    Path empty = zip(Map.of("other.json", "{\"id\": \"PYSEC-1\"}"));
    Path damaged = write("damaged.zip", "no zip archive");

    // Then
    assertThatThrownBy(() -> AdvisoryDatabase.read(missing))
        .hasMessage(
            "database: \"%s\" does not exist, allowed: a zip archive or a folder of OSV's JSON files",
            missing);
    assertThatThrownBy(() -> AdvisoryDatabase.read(empty))
        .hasMessage("database: %s has no advisory on a Maven artifact", empty);
    assertThatThrownBy(() -> AdvisoryDatabase.read(damaged))
        .hasMessage("database: %s is not a zip archive", damaged);
  }

  @Test
  void aFileThatIsNoAdvisoryIsNamed() throws IOException {
    // Given
    Path noId = zip(Map.of("x.json", "{}"));

    // Then
    assertThatThrownBy(() -> AdvisoryDatabase.read(noId))
        .hasMessage("%s!x.json: not an OSV advisory, it has no \"id\"", noId);
    Path noJson = write("sub/y.json", "\n{");
    assertThatThrownBy(() -> AdvisoryDatabase.read(noJson.getParent()))
        .hasMessageStartingWith(noJson + ": not JSON at line ");
    Path unknown = write("other/z.json", TWO_PACKAGES.replace("\"fixed\"", "\"repaired\""));
    assertThatThrownBy(() -> AdvisoryDatabase.read(unknown.getParent()))
        .hasMessage(
            "%s: event \"repaired\" given, allowed: introduced, fixed, last_affected, limit",
            unknown);
  }

  private Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private Path zip(Map<String, String> entries) throws IOException {
    Path file = folder.resolve("all.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, String> entry : entries.entrySet()) {
        out.putNextEntry(new ZipEntry(entry.getKey()));
        out.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
        out.closeEntry();
      }
    }
    return file;
  }
}
