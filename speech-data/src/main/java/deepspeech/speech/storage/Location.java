package deepspeech.speech.storage;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The location of a file of a data set. {@code toString} returns the path as a manifest or a
 * request would write it.
 */
public sealed interface Location {
  /** The prefix of every object path. */
  String OBJECT_SCHEME = "s3://";

  /**
   * The extension {@code .tar} of a shard's path, followed by the {@code #} that separates it from
   * the name of an entry.
   */
  String SHARD_SEPARATOR = ".tar#";

  /** A local file. */
  record LocalFile(Path path) implements Location {
    @Override
    public String toString() {
      return path.toString();
    }
  }

  /**
   * An object of the store.
   *
   * @param key key of the object, without a leading slash
   */
  record StoredObject(String bucket, String key) implements Location {
    private static final Pattern FORM =
        Pattern.compile("s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/(.+)", Pattern.DOTALL);

    /**
     * Parses {@code s3://bucket/key}; empty if the text does not have this form or names a folder.
     */
    static Optional<StoredObject> parse(String text) {
      Matcher matcher = FORM.matcher(text);
      return matcher.matches() && !matcher.group(2).endsWith("/")
          ? Optional.of(new StoredObject(matcher.group(1), matcher.group(2)))
          : Optional.empty();
    }

    @Override
    public String toString() {
      return OBJECT_SCHEME + bucket + "/" + key;
    }
  }

  /**
   * An entry of a tar archive.
   *
   * @param shard the archive, a file or an object
   * @param name name of the entry
   */
  record ShardEntry(Location shard, String name) implements Location {
    /**
     * Returns the canonical name of an entry. It is the same for {@code ./a.wav}, {@code /a.wav}
     * and {@code a.wav}, which tar extracts to the same file.
     */
    static String plainName(String name) {
      return Arrays.stream(name.split("/"))
          .filter(part -> !part.isEmpty() && !part.equals("."))
          .collect(Collectors.joining("/"));
    }

    @Override
    public String toString() {
      return shard + "#" + name;
    }
  }
}
