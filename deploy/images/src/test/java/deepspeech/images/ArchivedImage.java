package deepspeech.images;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** What an archive of an image contains, as a container engine would unpack it. */
final class ArchivedImage {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String name;
  private final JsonNode configuration;
  private final List<Map<String, TarArchiveEntry>> layers = new ArrayList<>();
  private final Map<String, byte[]> contents = new TreeMap<>();

  private ArchivedImage(String name, JsonNode configuration) {
    this.name = name;
    this.configuration = configuration;
  }

  /**
   * Reads an archive.
   *
   * @param kept names of the files whose content is kept
   */
  static ArchivedImage read(Path archive, Predicate<String> kept) throws IOException {
    Map<String, byte[]> small = new HashMap<>();
    try (TarArchiveInputStream tar = open(Files.newInputStream(archive))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        if (entry.getName().endsWith(".json")) {
          small.put(entry.getName(), tar.readAllBytes());
        }
      }
    }
    JsonNode manifest = JSON.readTree(small.get("manifest.json")).get(0);
    ArchivedImage image =
        new ArchivedImage(
            manifest.at("/RepoTags/0").asText(),
            JSON.readTree(small.get(manifest.get("Config").asText())));
    for (JsonNode layer : manifest.get("Layers")) {
      image.readLayer(archive, layer.asText(), kept);
    }
    return image;
  }

  private void readLayer(Path archive, String name, Predicate<String> kept) throws IOException {
    Map<String, TarArchiveEntry> files = new TreeMap<>();
    try (TarArchiveInputStream tar = open(Files.newInputStream(archive))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        if (entry.getName().equals(name)) {
          TarArchiveInputStream layer = open(new GZIPInputStream(tar));
          for (TarArchiveEntry file = layer.getNextEntry();
              file != null;
              file = layer.getNextEntry()) {
            String path = "/" + file.getName().replaceFirst("/$", "");
            files.put(path, file);
            if (file.isFile() && kept.test(path)) {
              contents.put(path, layer.readAllBytes());
            }
          }
        }
      }
    }
    layers.add(files);
  }

  private static TarArchiveInputStream open(InputStream in) {
    return new TarArchiveInputStream(in);
  }

  /** Name and tag with which it is loaded. */
  String name() {
    return name;
  }

  /** The part of the configuration that says how a container starts. */
  JsonNode config() {
    return configuration.get("config");
  }

  /** The files and folders of each layer by path. */
  List<Map<String, TarArchiveEntry>> layers() {
    return layers;
  }

  /** The paths of the files of all layers. */
  List<String> files() {
    return layers.stream()
        .flatMap(layer -> layer.entrySet().stream())
        .filter(entry -> entry.getValue().isFile())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The content of a file that was kept. */
  byte[] content(String path) {
    return contents.get(path);
  }

  /** The entries of a jar that was kept. */
  List<String> entriesOf(String jar) throws IOException {
    List<String> names = new ArrayList<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(contents.get(jar)))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        names.add(entry.getName());
      }
    }
    return names;
  }
}
