package deepspeech.images;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Takes the native libraries out of jars. A jar keeps its name, because Quarkus finds the jars of
 * an application by their names.
 */
final class LeanJars {
  /** The same time for every entry, so that the same jar gives the same bytes. */
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 2, 1, 0, 0);

  private final List<NativeRule> rules;
  private final Path staging;
  private final Map<String, NativeLibrary> natives = new TreeMap<>();
  private final Set<String> options = new LinkedHashSet<>();
  private final Set<NativeRule> present = new LinkedHashSet<>();
  private final Set<NativeRule> used = new LinkedHashSet<>();

  /**
   * A native library of the image.
   *
   * @param file the unpacked file
   * @param origin the jar that it comes from
   */
  record NativeLibrary(Path file, Artifact origin) {}

  /**
   * Creates a converter.
   *
   * @param staging folder for the results
   */
  LeanJars(List<NativeRule> rules, Path staging) {
    this.rules = rules;
    this.staging = staging;
  }

  /** Returns the jar without native libraries: the same file if it has none. */
  Path lean(Path jar, Artifact artifact) throws IOException {
    Optional<NativeRule> rule =
        rules.stream().filter(one -> one.library().equals(artifact.library())).findFirst();
    rule.ifPresent(present::add);
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      List<? extends ZipEntry> entries = zip.stream().toList();
      Optional<? extends ZipEntry> some =
          entries.stream().filter(entry -> NativeRule.isNative(entry.getName())).findFirst();
      if (some.isEmpty()) {
        return jar;
      }
      if (rule.isEmpty()) {
        throw new ImageException(
            "%s has the native library %s, and no rule says where it goes in an image"
                .formatted(artifact.fileName(), some.get().getName()));
      }
      Path lean = staging.resolve("jars").resolve(jar.getFileName());
      Files.createDirectories(lean.getParent());
      try (OutputStream file = Files.newOutputStream(lean);
          ZipOutputStream out = new ZipOutputStream(file)) {
        for (ZipEntry entry : entries) {
          if (NativeRule.isNative(entry.getName())) {
            unpack(zip, entry, rule.get(), artifact);
          } else {
            copy(zip, entry, out);
          }
        }
      }
      return lean;
    }
  }

  private void unpack(ZipFile zip, ZipEntry entry, NativeRule rule, Artifact artifact)
      throws IOException {
    Optional<String> place = rule.place(entry.getName());
    if (entry.isDirectory() || place.isEmpty()) {
      return;
    }
    Path file = staging.resolve("natives").resolve(place.get().substring(1));
    Files.createDirectories(file.getParent());
    try (var in = zip.getInputStream(entry)) {
      Files.copy(in, file);
    }
    natives.put(place.get(), new NativeLibrary(file, artifact));
    options.addAll(rule.options(place.get()));
    used.add(rule);
  }

  private static void copy(ZipFile zip, ZipEntry entry, ZipOutputStream out) throws IOException {
    ZipEntry copy = new ZipEntry(entry.getName());
    copy.setTimeLocal(TIME);
    out.putNextEntry(copy);
    try (var in = zip.getInputStream(entry)) {
      in.transferTo(out);
    }
    out.closeEntry();
  }

  /**
   * The unpacked libraries by their path in the image.
   *
   * @throws ImageException if a jar had none for this platform, as after a change of its layout
   */
  Map<String, NativeLibrary> natives() {
    for (NativeRule rule : present) {
      if (!used.contains(rule) && !rule.isInBase()) {
        throw new ImageException(
            "%s has no library %s".formatted(rule.library(), rule.entry().pattern()));
      }
    }
    return natives;
  }

  /** The options that let the JVM find the libraries. */
  List<String> options() {
    return List.copyOf(options);
  }
}
