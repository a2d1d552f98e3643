package deepspeech.dataprep.prepare;

import deepspeech.dataprep.DataFileException;
import deepspeech.dataprep.tool.ManifestFile;
import deepspeech.dataprep.tool.WholeFile;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The files that are made: none of them is there before all of them are whole. */
final class PreparedFiles implements AutoCloseable {
  private static final double SECONDS_IN_HOUR = 3600;

  private final List<ManifestFile> manifests = new ArrayList<>();
  private final Map<Path, byte[]> files = new LinkedHashMap<>();
  private final List<String> results = new ArrayList<>();

  /** Begins a manifest. */
  ManifestFile manifest(Path file) throws DataFileException {
    ManifestFile manifest = new ManifestFile(file);
    manifests.add(manifest);
    return manifest;
  }

  /**
   * Remembers what is in a manifest.
   *
   * @param what its lines are
   */
  void made(ManifestFile manifest, String what) {
    results.add(
        String.format(
            Locale.ROOT,
            "%s: %d %s, %.2f hours",
            manifest.path(),
            manifest.utterances(),
            what,
            manifest.seconds() / SECONDS_IN_HOUR));
  }

  /**
   * Adds a file.
   *
   * @param result what is in it
   */
  void add(Path file, byte[] content, String result) {
    files.put(file, content);
    results.add(file + ": " + result);
  }

  /**
   * Puts all files in their places and prints what is in them.
   *
   * @throws DataFileException if one cannot be written
   */
  void finish(PrintStream out) throws DataFileException {
    for (ManifestFile manifest : manifests) {
      manifest.finish();
    }
    for (Map.Entry<Path, byte[]> file : files.entrySet()) {
      WholeFile.write(file.getKey(), file.getValue());
    }
    results.forEach(out::println);
  }

  /** Leaves no half file behind, and no folder that was made for nothing. */
  @Override
  public void close() throws DataFileException {
    // The first one may have made the folder of all, and can remove it when the others are gone.
    for (int i = manifests.size() - 1; i >= 0; i--) {
      manifests.get(i).close();
    }
  }
}
