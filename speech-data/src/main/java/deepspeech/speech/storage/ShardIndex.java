package deepspeech.speech.storage;

import deepspeech.speech.storage.Location.ShardEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * The offsets of the files in a tar archive. An entry takes 32 bytes, however long its name is,
 * because the name is stored as the first 128 bits of its SHA-256. For a truncated or damaged
 * archive the index has the entries before the damage. Immutable.
 */
final class ShardIndex {
  private static final String UTF_8 = StandardCharsets.UTF_8.name();

  private final long[] highs;
  private final long[] lows;
  private final long[] offsets;
  private final long[] sizes;
  private final String damage;

  private ShardIndex(List<Entry> entries, String damage) {
    this.damage = damage;
    int count = entries.size();
    Name[] names = entries.stream().map(Entry::name).toArray(Name[]::new);
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
      Entry entry = entries.get(order[i]);
      highs[i] = entry.name.high;
      lows[i] = entry.name.low;
      offsets[i] = entry.offset;
      sizes[i] = entry.size;
    }
  }

  /**
   * Reads the headers of an archive, up to the first damage. Names are decoded as UTF-8, whatever
   * the locale.
   *
   * @throws IOException if the archive is damaged before its first entry
   */
  static ShardIndex of(SeekableByteChannel archive) throws IOException {
    List<Entry> entries = new ArrayList<>();
    TarHeaderStream headers = new TarHeaderStream(archive);
    String damage = null;
    try (TarArchiveInputStream tar = new TarArchiveInputStream(headers, UTF_8)) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        if (isPlainFile(entry)) {
          entries.add(new Entry(Name.of(entry.getName()), archive.position(), entry.getSize()));
        }
        if (archive.position() + entry.getSize() > archive.size()) {
          damage = "it ends inside the entry " + entry.getName();
        }
        headers.nextHeader();
      }
    } catch (IOException
        | IllegalArgumentException
        | ArithmeticException
        | IndexOutOfBoundsException e) {
      // The library throws these runtime exceptions for malformed headers.
      if (entries.isEmpty()) {
        throw new IOException(e.getMessage(), e);
      }
      damage = damage == null ? e.getMessage() : damage;
    }
    return new ShardIndex(entries, damage);
  }

  private static boolean isPlainFile(TarArchiveEntry entry) {
    return entry.isFile() && !entry.isLink() && !entry.isSymbolicLink() && !entry.isSparse();
  }

  /** Locates an entry. If several entries have the same name, any one of them is returned. */
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

  /** Describes the damage after the known entries, in one line; empty if the archive is intact. */
  Optional<String> damage() {
    return Optional.ofNullable(damage);
  }

  int entries() {
    return highs.length;
  }

  /** A range of an archive, in bytes. */
  record Extent(long offset, long size) {}

  private record Entry(Name name, long offset, long size) {}

  private record Name(long high, long low) implements Comparable<Name> {
    static Name of(String spelling) {
      String name = ShardEntry.plainName(spelling);
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
