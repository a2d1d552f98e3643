package deepspeech.speech.storage;

import deepspeech.speech.RecentlyUsed;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.util.stream.IntStream;

/**
 * The indexes of the archives used last, up to a million entries in all, which take 32 MB.
 * Thread-safe.
 */
final class ShardIndexes {
  private static final int MOST_ENTRIES = 1_000_000;
  private static final int LOCKS = 16;

  private final RecentlyUsed<String, ShardIndex> indexes =
      new RecentlyUsed<>(Integer.MAX_VALUE, MOST_ENTRIES, ShardIndex::entries);
  private final Object[] locks = IntStream.range(0, LOCKS).mapToObj(i -> new Object()).toArray();

  /**
   * The index of an archive.
   *
   * @param identity of the archive and its content
   * @param archive is read where the index is not known
   * @throws IOException if the archive is damaged
   */
  ShardIndex of(String identity, SeekableByteChannel archive) throws IOException {
    synchronized (locks[Math.floorMod(identity.hashCode(), LOCKS)]) {
      synchronized (indexes) {
        ShardIndex known = indexes.get(identity);
        if (known != null) {
          return known;
        }
      }
      ShardIndex read = ShardIndex.of(archive);
      synchronized (indexes) {
        indexes.put(identity, read);
      }
      return read;
    }
  }
}
