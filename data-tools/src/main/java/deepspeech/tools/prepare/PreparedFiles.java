package deepspeech.tools.prepare;

import deepspeech.speech.DataFileException;
import deepspeech.tools.common.AtomicFile;
import deepspeech.tools.common.ManifestFile;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The files to create. No file appears before all of them are complete. */
final class PreparedFiles implements AutoCloseable {
  private static final double SECONDS_IN_HOUR = 3600;

  private final List<ManifestFile> manifests = new ArrayList<>();
  private final Map<Path, AtomicFile> files = new LinkedHashMap<>();
  private final List<String> results = new ArrayList<>();

  /** Starts a manifest. */
  ManifestFile manifest(Path file) throws DataFileException {
    ManifestFile manifest = new ManifestFile(file);
    manifests.add(manifest);
    return manifest;
  }

  /**
   * Records the content of a manifest for the final report.
   *
   * @param what what the lines are, as a plural noun
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
   * Starts a file whose content is computed only after hours, so that a path that cannot be written
   * is detected now.
   *
   * @throws DataFileException if the file cannot be written, or is already started
   */
  void begin(Path file) throws DataFileException {
    if (files.containsKey(file)) {
      throw new DataFileException(file + ": is named for two files; name one for each");
    }
    files.put(file, new AtomicFile(file));
  }

  /**
   * Writes the content of a file that was started.
   *
   * @param result description of the content
   */
  void add(Path file, byte[] content, String result) {
    files.get(file).content(content);
    results.add(file + ": " + result);
  }

  /**
   * Moves all files to their final paths and prints what they contain.
   *
   * @throws DataFileException if a file cannot be written
   */
  void finish(PrintStream out) throws DataFileException {
    for (ManifestFile manifest : manifests) {
      manifest.finish();
    }
    for (AtomicFile file : files.values()) {
      file.finish();
    }
    results.forEach(out::println);
  }

  /** Deletes incomplete files, and folders that were created only for them. */
  @Override
  public void close() throws DataFileException {
    // Close in reverse order: the file that was started first may have created the common folder,
    // and can remove it once it is empty.
    for (int i = manifests.size() - 1; i >= 0; i--) {
      manifests.get(i).close();
    }
    List<AtomicFile> opened = new ArrayList<>(files.values());
    for (int i = opened.size() - 1; i >= 0; i--) {
      opened.get(i).close();
    }
  }
}
