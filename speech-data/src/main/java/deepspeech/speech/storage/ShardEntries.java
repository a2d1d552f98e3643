package deepspeech.speech.storage;

import deepspeech.speech.storage.Location.ShardEntry;
import deepspeech.speech.storage.UnreadableFileException.Problem;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Optional;

/** Finds the entries of shards by indexes that are read once for each version. Thread-safe. */
final class ShardEntries {
  private final ShardIndexes indexes = new ShardIndexes();

  /**
   * Returns the bytes of an entry.
   *
   * @param shard the open shard, which the result closes
   * @param version version of the shard's content
   * @throws UnreadableFileException if the shard is damaged or has no such entry
   */
  FileParts parts(ShardEntry entry, FileChannel shard, String version) throws IOException {
    ShardIndex.Extent extent = extent(entry, shard, version);
    return new FileParts(shard, extent.offset(), extent.size());
  }

  /** Locates an entry in its shard and checks that the shard contains all of it. */
  private ShardIndex.Extent extent(ShardEntry entry, FileChannel channel, String version)
      throws IOException {
    ShardIndex index = index(entry.shard(), channel, version);
    ShardIndex.Extent extent =
        index.find(entry.name()).orElseThrow(() -> missing(entry, index.damage()));
    if (extent.offset() + extent.size() > channel.size()) {
      throw new UnreadableFileException(
          Problem.DAMAGED,
          "the shard %s ends inside the entry %s".formatted(entry.shard(), entry.name()));
    }
    return extent;
  }

  private static UnreadableFileException missing(ShardEntry entry, Optional<String> damage) {
    String line = "the shard %s has no entry %s".formatted(entry.shard(), entry.name());
    return damage.isEmpty()
        ? new UnreadableFileException(Problem.MISSING, line)
        : new UnreadableFileException(
            Problem.DAMAGED, "%s before the damaged part: %s".formatted(line, damage.get()));
  }

  private ShardIndex index(Location shard, FileChannel channel, String version) throws IOException {
    String identity = shard + " " + version;
    try {
      return indexes.of(identity, new SharedChannel(channel));
    } catch (IOException e) {
      String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw new UnreadableFileException(
          Problem.DAMAGED, "the shard %s is damaged: %s".formatted(shard, reason), e);
    }
  }
}
