package deepspeech.checkpoint;

import com.fasterxml.jackson.annotation.JsonProperty;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.checkpoint.CheckpointFile;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * {@code checkpoint.json}: the file that makes a folder of files a checkpoint.
 *
 * @param writer process that committed it
 */
record CheckpointDescription(
    RunId run,
    CheckpointId checkpoint,
    List<CheckpointFile> files,
    Map<String, String> metadata,
    String writer,
    @JsonProperty("published_at") Instant committedAt) {

  private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  CheckpointDescription {
    InvalidMessageException.require(run != null, "run", null, "the name of a run");
    InvalidMessageException.require(checkpoint != null, "checkpoint", null, "a checkpoint id");
    InvalidMessageException.require(
        files != null && !files.isEmpty(), "files", files, "one file or more");
    files = List.copyOf(files);
    metadata = metadata == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(metadata));
    Set<String> names = new HashSet<>();
    for (CheckpointFile file : files) {
      requireFileName(file.name());
      InvalidMessageException.require(
          names.add(file.name()), "files", file.name(), "each name once");
      InvalidMessageException.require(
          file.size() >= 0, "size", file.size(), "a number of bytes from 0");
      InvalidMessageException.require(
          file.sha256() != null && SHA256.matcher(file.sha256()).matches(),
          "sha256",
          file.sha256(),
          "64 characters of 0-9 and a-f");
    }
  }

  /** Throws unless the name is allowed for a file of a checkpoint. */
  static void requireFileName(String name) {
    InvalidMessageException.require(
        name != null && FILE_NAME.matcher(name).matches() && !name.equals(StoreLayout.DESCRIPTION),
        "file name",
        name,
        "A-Z, a-z, 0-9, ., _ and -, not starting with a dot, and not " + StoreLayout.DESCRIPTION);
  }

  StoredCheckpoint stored(String uri) {
    return new StoredCheckpoint(run, checkpoint, uri, files, metadata, committedAt);
  }
}
