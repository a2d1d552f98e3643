package deepspeech.images;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Reads the layers of an archive as {@code docker save} writes it. */
final class ArchivedLayers {
  private static final int GZIP = 0x1f;

  private ArchivedLayers() {}

  /** Takes what is wanted of a layer. */
  interface Reader<T> {
    /**
     * Reads a layer.
     *
     * @param layer its files, before the first; it must stay open
     */
    T read(TarArchiveInputStream layer) throws IOException;
  }

  /** What a reader takes of each layer that {@code manifest.json} names, the lowest first. */
  static <T> List<T> read(Path archive, Reader<T> reader) throws IOException {
    List<String> names = names(archive);
    Map<String, T> byName = new HashMap<>();
    try (TarArchiveInputStream tar = open(archive)) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        if (entry.isFile() && names.contains(entry.getName())) {
          byName.put(entry.getName(), reader.read(unpacked(tar)));
        }
      }
    }
    return names.stream().map(byName::get).filter(Objects::nonNull).toList();
  }

  /** The path of a file in a layer, without a slash or dot before it. */
  static String path(TarArchiveEntry entry) {
    return entry.getName().replaceFirst("^\\.?/", "");
  }

  /** The names of the layers, the lowest first. */
  private static List<String> names(Path archive) throws IOException {
    List<String> names = new ArrayList<>();
    Optional<byte[]> manifest = manifest(archive);
    if (manifest.isPresent()) {
      new ObjectMapper()
          .readTree(manifest.get())
          .path(0)
          .path("Layers")
          .forEach(layer -> names.add(layer.asText()));
    }
    return names;
  }

  /** The file that lists the layers, which come before it; empty if the archive is no image. */
  static Optional<byte[]> manifest(Path archive) throws IOException {
    try (TarArchiveInputStream tar = open(archive)) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        if (entry.getName().equals("manifest.json")) {
          return Optional.of(tar.readAllBytes());
        }
      }
    }
    return Optional.empty();
  }

  private static TarArchiveInputStream open(Path archive) throws IOException {
    return new TarArchiveInputStream(new BufferedInputStream(Files.newInputStream(archive)));
  }

  private static TarArchiveInputStream unpacked(InputStream in) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(in);
    buffered.mark(1);
    int first = buffered.read();
    buffered.reset();
    return new TarArchiveInputStream(first == GZIP ? new GZIPInputStream(buffered) : buffered);
  }
}
