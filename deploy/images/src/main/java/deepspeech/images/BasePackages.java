package deepspeech.images;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * The Debian packages of a base, one a file in {@code /var/lib/dpkg/status.d}, as {@code
 * deploy/images/base} and distroless images have them.
 */
final class BasePackages {
  private static final String FOLDER = "var/lib/dpkg/status.d/";
  private static final int GZIP = 0x1f;

  private BasePackages() {}

  /**
   * A package.
   *
   * @param architecture such as {@code amd64}
   */
  record DebianPackage(String name, String version, String architecture) {
    String purl() {
      return "pkg:deb/debian/%s@%s?arch=%s"
          .formatted(encoded(name), encoded(version), encoded(architecture));
    }

    private static String encoded(String text) {
      return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("%7E", "~");
    }
  }

  /**
   * Reads an archive as {@code docker save} writes it. Packages come in the order of their names.
   */
  static List<DebianPackage> of(Path archive) throws IOException {
    List<String> layers = layers(archive);
    Map<String, Map<String, DebianPackage>> byLayer = new TreeMap<>();
    try (TarArchiveInputStream tar = open(archive)) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        if (entry.isFile() && layers.contains(entry.getName())) {
          byLayer.put(entry.getName(), packages(unpacked(tar)));
        }
      }
    }
    Map<String, DebianPackage> found = new TreeMap<>();
    layers.forEach(layer -> found.putAll(byLayer.getOrDefault(layer, Map.of())));
    return List.copyOf(found.values());
  }

  /** The names of the layers in the archive, the lowest first. They come before this list in it. */
  private static List<String> layers(Path archive) throws IOException {
    List<String> layers = new ArrayList<>();
    try (TarArchiveInputStream tar = open(archive)) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        if (entry.getName().equals("manifest.json")) {
          new ObjectMapper()
              .readTree(tar.readAllBytes())
              .path(0)
              .path("Layers")
              .forEach(layer -> layers.add(layer.asText()));
        }
      }
    }
    return layers;
  }

  private static TarArchiveInputStream open(Path archive) throws IOException {
    return new TarArchiveInputStream(new BufferedInputStream(Files.newInputStream(archive)));
  }

  private static InputStream unpacked(InputStream in) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(in);
    buffered.mark(1);
    int first = buffered.read();
    buffered.reset();
    return first == GZIP ? new GZIPInputStream(buffered) : buffered;
  }

  /** The stream must stay open, because more of the archive follows. */
  @SuppressWarnings("resource")
  private static Map<String, DebianPackage> packages(InputStream layer) throws IOException {
    Map<String, DebianPackage> packages = new TreeMap<>();
    TarArchiveInputStream tar = new TarArchiveInputStream(layer);
    for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
      String name = entry.getName().replaceFirst("^\\./", "");
      // Distroless images have checksums beside.
      if (entry.isFile() && name.startsWith(FOLDER) && !name.endsWith(".md5sums")) {
        DebianPackage one = read(name, new String(tar.readAllBytes(), StandardCharsets.UTF_8));
        packages.put(one.name(), one);
      }
    }
    return packages;
  }

  private static DebianPackage read(String file, String text) {
    Map<String, String> fields = new TreeMap<>();
    for (String line : text.lines().toList()) {
      int colon = line.indexOf(": ");
      if (colon > 0) {
        fields.putIfAbsent(line.substring(0, colon), line.substring(colon + 2).strip());
      }
    }
    List<String> values = new ArrayList<>();
    for (String field : List.of("Package", "Version", "Architecture")) {
      if (!fields.containsKey(field)) {
        throw new ImageException("--base: /%s has no field %s".formatted(file, field));
      }
      values.add(fields.get(field));
    }
    return new DebianPackage(values.get(0), values.get(1), values.get(2));
  }
}
