package deepspeech.speech.augmentation;

import deepspeech.messages.Json;
import deepspeech.speech.DataFileException;
import deepspeech.speech.storage.DataStorage;
import deepspeech.speech.storage.Location;
import deepspeech.speech.storage.Location.LocalFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Map;
import java.util.stream.Collectors;

/** A folder of noise or impulse responses in place of a manifest. */
public final class RecordingFolder {
  private RecordingFolder() {}

  /** Whether a location is a local folder. */
  public static boolean isFolder(Location place) {
    return place instanceof LocalFile local && Files.isDirectory(local.path());
  }

  /**
   * Makes a manifest of all files in a folder and its subfolders, sorted by path. Hidden files and
   * folders are skipped.
   *
   * @throws DataFileException if the folder cannot be read, or if it or a link to a folder in it
   *     leads outside the dataset root
   */
  public static byte[] manifest(DataStorage storage, Location folder) throws DataFileException {
    return storage.files((LocalFile) folder).stream()
        .map(file -> Json.writeText(Map.of("audio_filepath", file.toString())) + "\n")
        .collect(Collectors.joining())
        .getBytes(StandardCharsets.UTF_8);
  }
}
