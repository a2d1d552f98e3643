package deepspeech.images;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * The Debian packages of a base, one a file in {@code /var/lib/dpkg/status.d}, as {@code
 * deploy/images/base} and distroless images have them.
 */
final class BasePackages {
  private static final String FOLDER = "var/lib/dpkg/status.d/";

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
    Map<String, DebianPackage> found = new TreeMap<>();
    ArchivedLayers.read(archive, BasePackages::packages).forEach(found::putAll);
    return List.copyOf(found.values());
  }

  private static Map<String, DebianPackage> packages(TarArchiveInputStream layer)
      throws IOException {
    Map<String, DebianPackage> packages = new TreeMap<>();
    for (TarArchiveEntry entry = layer.getNextEntry();
        entry != null;
        entry = layer.getNextEntry()) {
      String name = ArchivedLayers.path(entry);
      // Distroless images have checksums beside.
      if (entry.isFile() && name.startsWith(FOLDER) && !name.endsWith(".md5sums")) {
        DebianPackage one = read(name, new String(layer.readAllBytes(), StandardCharsets.UTF_8));
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
