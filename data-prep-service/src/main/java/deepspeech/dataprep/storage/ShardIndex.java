package deepspeech.dataprep.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.tar.TarFile;

/**
 * Where the files of a tar archive begin: 32 bytes an entry, whatever its name, which is held as
 * the first 128 bits of its SHA-256. Immutable.
 */
final class ShardIndex {
  private final long[] highs;
  private final long[] lows;
  private final long[] offsets;
  private final long[] sizes;

  private ShardIndex(List<TarArchiveEntry> entries) {
    int count = entries.size();
    Name[] names = entries.stream().map(entry -> Name.of(entry.getName())).toArray(Name[]::new);
    int[] order =
        IntStream.range(0, count)
            .boxed()
            .sorted((a, b) -> names[a].compareTo(names[b]))
            .mapToInt(Integer::intValue)
            .toArray();
    highs = new long[count];
    lows = new long[count];
    offsets = new long[count];
    sizes = new long[count];
    for (int i = 0; i < count; i++) {
      TarArchiveEntry entry = entries.get(order[i]);
      highs[i] = names[order[i]].high;
      lows[i] = names[order[i]].low;
      offsets[i] = entry.getDataOffset();
      sizes[i] = entry.getSize();
    }
  }

  /**
   * Reads the headers of an archive. Names are UTF-8, whatever the locale.
   *
   * @throws IOException if it is damaged
   */
  static ShardIndex of(SeekableByteChannel archive) throws IOException {
    try (TarFile tar =
        new TarFile(
            archive,
            TarConstants.DEFAULT_BLKSIZE,
            TarConstants.DEFAULT_RCDSIZE,
            StandardCharsets.UTF_8.name(),
            false)) {
      return new ShardIndex(tar.getEntries().stream().filter(ShardIndex::isPlainFile).toList());
    } catch (IllegalArgumentException | ArithmeticException | IndexOutOfBoundsException e) {
      // What the library throws at headers that make no sense.
      throw new IOException(e.getMessage(), e);
    }
  }

  private static boolean isPlainFile(TarArchiveEntry entry) {
    return entry.isFile() && !entry.isLink() && !entry.isSymbolicLink() && !entry.isSparse();
  }

  /** Where an entry lies; of several of the same name any one. */
  Optional<Extent> find(String name) {
    Name wanted = Name.of(name);
    int low = 0;
    int high = highs.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int comparison = new Name(highs[middle], lows[middle]).compareTo(wanted);
      if (comparison == 0) {
        return Optional.of(new Extent(offsets[middle], sizes[middle]));
      }
      if (comparison < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return Optional.empty();
  }

  int entries() {
    return highs.length;
  }

  /** Bytes of an archive, from an offset. */
  record Extent(long offset, long size) {}

  private record Name(long high, long low) implements Comparable<Name> {
    static Name of(String name) {
      try {
        ByteBuffer digest =
            ByteBuffer.wrap(
                MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8)));
        return new Name(digest.getLong(), digest.getLong());
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java platform has SHA-256", e);
      }
    }

    @Override
    public int compareTo(Name other) {
      int comparison = Long.compare(high, other.high);
      return comparison != 0 ? comparison : Long.compare(low, other.low);
    }
  }
}
