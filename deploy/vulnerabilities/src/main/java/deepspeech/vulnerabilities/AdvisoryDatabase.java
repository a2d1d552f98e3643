package deepspeech.vulnerabilities;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * The advisories on Maven artifacts of a database in the OSV format.
 *
 * @param origin the file or folder
 * @param newest when an advisory was changed last, in ISO 8601 and UTC
 */
record AdvisoryDatabase(Path origin, List<Advisory> advisories, String newest) {
  /** Of a clone of GitHub's database; unreviewed advisories name no packages. */
  private static final Set<String> SKIPPED = Set.of(".git", ".github", "unreviewed");

  private static final String ENDING = ".json";

  /**
   * Reads a zip archive of advisories, as OSV publishes one for each ecosystem, or a folder with
   * JSON files, such as a clone of GitHub's database.
   *
   * @throws ReviewException if it is missing, damaged, or has no advisory on a Maven artifact
   */
  static AdvisoryDatabase read(Path origin) throws IOException {
    if (!Files.exists(origin)) {
      throw new ReviewException(
          "database: \"%s\" does not exist, allowed: a zip archive or a folder of OSV's JSON files"
              .formatted(origin));
    }
    Collector collector = new Collector();
    if (Files.isDirectory(origin)) {
      collector.folder(origin);
    } else {
      collector.zip(origin);
    }
    if (collector.advisories.isEmpty()) {
      throw new ReviewException(
          "database: %s has no advisory on a Maven artifact".formatted(origin));
    }
    return new AdvisoryDatabase(origin, List.copyOf(collector.advisories), collector.newest);
  }

  private static final class Collector {
    private final OsvFormat format = new OsvFormat();
    private final List<Advisory> advisories = new ArrayList<>();
    private String newest = "";

    void zip(Path file) throws IOException {
      try (ZipFile zip = new ZipFile(file.toFile())) {
        for (ZipEntry entry : zip.stream().toList()) {
          if (entry.getName().endsWith(ENDING)) {
            try (InputStream in = zip.getInputStream(entry)) {
              add(in, file + "!" + entry.getName());
            }
          }
        }
      } catch (ZipException e) {
        throw new ReviewException("database: %s is not a zip archive".formatted(file), e);
      }
    }

    void folder(Path folder) throws IOException {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
              return SKIPPED.contains(String.valueOf(path.getFileName()))
                  ? FileVisitResult.SKIP_SUBTREE
                  : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              if (file.toString().endsWith(ENDING)) {
                try (InputStream in = Files.newInputStream(file)) {
                  add(in, file.toString());
                }
              }
              return FileVisitResult.CONTINUE;
            }
          });
    }

    private void add(InputStream in, String origin) throws IOException {
      OsvFormat.Dated read = format.read(in, origin);
      if (!read.advisory().affected().isEmpty()) {
        advisories.add(read.advisory());
        newest = newest.compareTo(read.modified()) < 0 ? read.modified() : newest;
      }
    }
  }
}
