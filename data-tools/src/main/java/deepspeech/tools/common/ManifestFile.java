package deepspeech.tools.common;

import deepspeech.messages.Json;
import deepspeech.speech.DataFileException;
import deepspeech.speech.manifest.ManifestSource;
import deepspeech.speech.manifest.Utterance;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes a manifest, line by line; it is there when it is whole. Not thread-safe. */
public final class ManifestFile implements AutoCloseable {
  private final Path path;
  private final AtomicFile file;
  private long utterances;
  private double seconds;

  /**
   * Begins a manifest.
   *
   * @throws DataFileException if it cannot be written
   */
  public ManifestFile(Path path) throws DataFileException {
    this.path = path;
    this.file = new AtomicFile(path);
  }

  /** Adds an utterance, whose line number does not matter. */
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

  /** How many there are. */
  public long utterances() {
    return utterances;
  }

  /** Of all utterances together. */
  public double seconds() {
    return seconds;
  }

  /** What was added so far, to be read before the file is whole. */
  public ManifestSource written() {
    return new ManifestSource(path.toString(), file::written);
  }

  /**
   * Puts the file in its place.
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
