package deepspeech.speech.storage;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Where a file of a data set lies. Its text is what a manifest or a request would call it. */
public sealed interface Location {
  /** What every object's path begins with. */
  String OBJECT_SCHEME = "s3://";

  /** Stands between the path of a shard and the name of an entry in it. */
  String SHARD_SEPARATOR = ".tar#";

  /** A file of this machine. */
  record LocalFile(Path path) implements Location {
    @Override
    public String toString() {
      return path.toString();
    }
  }

  /**
   * An object of the store.
   *
   * @param key without a leading slash
   */
  record StoredObject(String bucket, String key) implements Location {
    private static final Pattern FORM =
        Pattern.compile("s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/(.+)", Pattern.DOTALL);

    /** Reads {@code s3://bucket/key}; empty if it is not of that form or names a folder. */
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
   * A file in a tar archive.
   *
   * @param shard the archive, a file or an object
   * @param name of the entry
   */
  record ShardEntry(Location shard, String name) implements Location {
    /**
     * The spelling that all names of an entry have in common: {@code ./a.wav}, {@code /a.wav} and
     * {@code a.wav} are one, as tar extracts them.
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
