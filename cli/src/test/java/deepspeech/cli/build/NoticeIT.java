package deepspeech.cli.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** NOTICE against the libraries that the build puts beside the programs. */
@Tag("integration")
class NoticeIT {
  private static final Path ROOT = Path.of("..");
  private static final List<String> SERVICES =
      List.of("data-prep-service", "trainer-service", "evaluator-service", "dashboard");
  private static final List<String> COMMANDS = List.of("cli", "data-tools");

  private static final String FREE = "(Apache-2.0) ";
  private static final String OTHER_TERMS = "Third-party libraries with terms beyond";
  private static final String APACHE = "Third-party libraries under the Apache License";
  private static final String PASSED_ON = "Notices that these libraries ask to be passed on";

  /** A line of THIRD-PARTY.txt: licences, name, artifact, address. */
  private static final Pattern LIBRARY =
      Pattern.compile(" +((?:\\(.*?\\) )+).*\\(([\\w.-]+):[\\w.-]+:\\S+ - .*\\)");

  private static final Pattern BRACKETS = Pattern.compile("\\(([^()]*)\\)");
  private static final Pattern GROUP = Pattern.compile("[a-z][\\w-]*(\\.[\\w-]+)+|commons-[a-z]+");
  private static final Pattern NOTICE_FILE = Pattern.compile("(.*/)?NOTICE(\\.(txt|md))?");
  private static final Pattern COPYRIGHT =
      Pattern.compile(
          "Copyright (?:\\([cC]\\) |© )?[\\d,–-]*[\\d ,–-]*(?:Present,? )?([^<(\"\\n]+)");

  private static String notice;

  @BeforeAll
  static void readNotice() throws IOException {
    notice = Files.readString(ROOT.resolve("NOTICE"));
  }

  @Test
  void everyLibraryIsNamedByItsGroup() throws IOException {
    // When
    Set<String> named = groups(between(OTHER_TERMS, PASSED_ON));

    // Then
    assertThat(libraries()).hasSizeGreaterThan(200);
    assertThat(libraries())
        .allSatisfy(library -> assertThat(named).as(library.line()).contains(library.group()));
  }

  @Test
  void noGroupIsNamedWithoutALibrary() throws IOException {
    // When
    List<String> distributed = libraries().stream().map(Library::group).toList();

    // Then
    assertThat(distributed).containsAll(groups(between(OTHER_TERMS, PASSED_ON)));
  }

  @Test
  void aLibraryUnderAnotherLicenceThanApachesIsAmongThoseWithOtherTerms() throws IOException {
    // When
    Set<String> named = groups(between(OTHER_TERMS, APACHE));

    // Then
    assertThat(libraries())
        .filteredOn(library -> !library.licences().contains(FREE))
        .isNotEmpty()
        .allSatisfy(library -> assertThat(named).as(library.line()).contains(library.group()));
  }

  @Test
  void theCopyrightNoticesThatLibrariesCarryArePassedOn() throws IOException {
    // When
    String passedOn = notice.replaceAll("\\s+", " ");

    // Then
    for (Path jar : jars()) {
      assertThat(copyrightHolders(jar))
          .as("holders of copyrights that %s has in its NOTICE", jar.getFileName())
          .allSatisfy(holder -> assertThat(passedOn).contains(holder));
    }
  }

  private static List<Library> libraries() throws IOException {
    List<Library> libraries = new ArrayList<>();
    for (String module : Stream.concat(COMMANDS.stream(), SERVICES.stream()).toList()) {
      Path list = ROOT.resolve(module).resolve("target/generated-sources/license/THIRD-PARTY.txt");
      assertThat(list).as("the list that check-licences makes for %s", module).isRegularFile();
      for (String line : Files.readAllLines(list)) {
        Matcher library = LIBRARY.matcher(line);
        if (library.matches() && !library.group(2).equals("deepspeech")) {
          libraries.add(new Library(library.group(1), library.group(2), line.strip()));
        } else {
          assertThat(line).matches("|Lists of .*|.*\\(deepspeech:.*");
        }
      }
    }
    return libraries;
  }

  private static List<Path> jars() throws IOException {
    List<Path> jars = new ArrayList<>();
    List<Path> folders =
        Stream.concat(
                COMMANDS.stream().map(module -> ROOT.resolve(module + "/target/lib")),
                SERVICES.stream().map(module -> ROOT.resolve(module + "/target/quarkus-app/lib")))
            .toList();
    for (Path folder : folders) {
      try (Stream<Path> files = Files.walk(folder)) {
        files.filter(file -> file.toString().endsWith(".jar")).forEach(jars::add);
      }
    }
    return jars;
  }

  private static Set<String> copyrightHolders(Path jar) throws IOException {
    Set<String> holders = new TreeSet<>();
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      for (ZipEntry entry : zip.stream().toList()) {
        if (NOTICE_FILE.matcher(entry.getName()).matches()) {
          String text =
              new String(zip.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8);
          COPYRIGHT
              .matcher(text)
              .results()
              .map(match -> match.group(1).replaceAll("(?i)all rights reserved", ""))
              .map(holder -> holder.strip().replaceAll("\\.$", ""))
              .forEach(holders::add);
        }
      }
    }
    return holders;
  }

  private static String between(String from, String to) {
    return notice.substring(notice.indexOf(from), notice.indexOf(to));
  }

  private static Set<String> groups(String text) {
    Set<String> groups = new TreeSet<>();
    BRACKETS
        .matcher(text)
        .results()
        .flatMap(brackets -> Stream.of(brackets.group(1).strip().split("[,;]\\s+")))
        .filter(word -> GROUP.matcher(word).matches())
        .forEach(groups::add);
    return groups;
  }

  private record Library(String licences, String group, String line) {}
}
