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

/** The files that are made: none of them is there before all of them are whole. */
final class PreparedFiles implements AutoCloseable {
  private static final double SECONDS_IN_HOUR = 3600;

  private final List<ManifestFile> manifests = new ArrayList<>();
  private final Map<Path, AtomicFile> files = new LinkedHashMap<>();
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
   * Begins a file whose content is made at the end of hours, so that a place that cannot be written
   * is found now.
   *
   * @throws DataFileException if it cannot be written, or is begun already
   */
  void begin(Path file) throws DataFileException {
    if (files.containsKey(file)) {
      throw new DataFileException(file + ": is named for two files; name one for each");
    }
    files.put(file, new AtomicFile(file));
  }

  /**
   * Fills a file that was begun.
   *
   * @param result what is in it
   */
  void add(Path file, byte[] content, String result) {
    files.get(file).content(content);
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
    for (AtomicFile file : files.values()) {
      file.finish();
    }
    results.forEach(out::println);
  }

  /** Leaves no half file behind, and no folder that was made for nothing. */
  @Override
  public void close() throws DataFileException {
    // What was begun first may have made the folder of all, and can remove it when that is empty.
    for (int i = manifests.size() - 1; i >= 0; i--) {
      manifests.get(i).close();
    }
    List<AtomicFile> begun = new ArrayList<>(files.values());
    for (int i = begun.size() - 1; i >= 0; i--) {
      begun.get(i).close();
    }
  }
}
