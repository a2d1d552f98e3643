package deepspeech.images;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * The sizes of the layers of an archive.
 *
 * @param rows a row for each layer; the layers of the base are one
 */
record LayerSizes(List<Row> rows) {
  private static final double MEGABYTE = 1e6;

  /**
   * A layer.
   *
   * @param bytes uncompressed, as a tar
   * @param compressed as it is stored and transferred
   */
  record Row(String layer, long bytes, long compressed) {}

  /**
   * Reads an archive.
   *
   * @param names names of its last layers; those before are the base
   */
  static LayerSizes of(Path archive, List<String> names) throws IOException {
    Map<String, Row> files = new HashMap<>();
    JsonNode layers = null;
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new BufferedInputStream(Files.newInputStream(archive)))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        if (entry.getName().equals("manifest.json")) {
          layers = new ObjectMapper().readTree(tar.readAllBytes()).get(0).get("Layers");
        } else if (entry.getName().endsWith(".tar.gz")) {
          files.put(entry.getName(), new Row("", unpacked(tar), entry.getSize()));
        }
      }
    }
    if (layers == null) {
      throw new ImageException("%s has no manifest.json".formatted(archive));
    }
    List<Row> rows = new ArrayList<>();
    int own = layers.size() - names.size();
    Row base = new Row("base", 0, 0);
    for (int i = 0; i < layers.size(); i++) {
      Row row = files.get(layers.get(i).asText());
      if (i < own) {
        base = sum("base", base, row);
      } else {
        rows.add(new Row(names.get(i - own), row.bytes(), row.compressed()));
      }
    }
    rows.add(0, base);
    return new LayerSizes(rows);
  }

  private static long unpacked(InputStream in) throws IOException {
    return new GZIPInputStream(in).transferTo(OutputStream.nullOutputStream());
  }

  private static Row sum(String name, Row one, Row other) {
    return new Row(name, one.bytes() + other.bytes(), one.compressed() + other.compressed());
  }

  /** All layers together. */
  Row total() {
    Row total = new Row("total", 0, 0);
    for (Row row : rows) {
      total = sum("total", total, row);
    }
    return total;
  }

  /** A table for people, in megabytes. */
  String table() {
    StringBuilder table = new StringBuilder("  layer                MB  compressed MB\n");
    List<Row> all = new ArrayList<>(rows);
    all.add(total());
    for (Row row : all) {
      table.append(
          String.format(
              Locale.ROOT,
              "  %-16s %6.1f %14.1f%n",
              row.layer(),
              row.bytes() / MEGABYTE,
              row.compressed() / MEGABYTE));
    }
    return table.toString();
  }
}
