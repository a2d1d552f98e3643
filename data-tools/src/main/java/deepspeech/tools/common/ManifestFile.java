package deepspeech.tools.common;

import deepspeech.messages.Json;
import deepspeech.speech.DataFileException;
import deepspeech.speech.manifest.ManifestSource;
import deepspeech.speech.manifest.Utterance;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes a manifest line by line. The file appears only when it is complete. Not thread-safe. */
public final class ManifestFile implements AutoCloseable {
  private final Path path;
  private final AtomicFile file;
  private long utterances;
  private double seconds;

  /**
   * Starts a manifest.
   *
   * @throws DataFileException if it cannot be written
   */
  public ManifestFile(Path path) throws DataFileException {
    this.path = path;
    this.file = new AtomicFile(path);
  }

  /** Adds an utterance. Its line number is ignored. */
  public void add(Utterance utterance) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("audio_filepath", utterance.audioFilepath());
    utterance.offset().ifPresent(seconds -> fields.put("offset", seconds));
    fields.put("duration", utterance.duration());
    fields.put("text", utterance.text());
    file.line(Json.writeText(fields));
    utterances++;
    seconds += utterance.duration();
  }

  public Path path() {
    return path;
  }

  /** Returns the number of utterances. */
  public long utterances() {
    return utterances;
  }

  /** Returns the total duration of all utterances in seconds. */
  public double seconds() {
    return seconds;
  }

  /**
   * Returns a source for the lines that were added so far. It can be read before the file is
   * complete.
   */
  public ManifestSource written() {
    return new ManifestSource(path.toString(), file::written);
  }

  /**
   * Moves the file to its final path.
   *
   * @throws DataFileException if it cannot be written
   */
  public void finish() throws DataFileException {
    file.finish();
  }

  @Override
  public void close() throws DataFileException {
    file.close();
  }
}
