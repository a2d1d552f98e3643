package deepspeech.speech.dataset;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.OptionalLong;

/**
 * The line on which each path was named first, in 16 to 48 bytes a path, however long: paths are
 * told apart by the first 64 bits of their SHA-256, which two of a million different ones share
 * with a probability of 3 in 100 million. Not thread-safe.
 */
public final class PathLines {
  private final MessageDigest digest;
  private long[] hashes = new long[1 << 10];

  /** 0 where there is no path. */
  private int[] lines = new int[1 << 10];

  private int size;

  /** Knows no path yet. */
  public PathLines() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * Remembers a path that is new.
   *
   * @param line from 1
   * @return the line that has named it before; empty if it is new
   */
  public OptionalLong add(String path, long line) {
    if (2 * size > lines.length) {
      grow();
    }
    long hash = ByteBuffer.wrap(digest.digest(path.getBytes(StandardCharsets.UTF_8))).getLong();
    int slot = slot(hash);
    if (lines[slot] != 0) {
      return OptionalLong.of(lines[slot]);
    }
    hashes[slot] = hash;
    lines[slot] = Math.toIntExact(line);
    size++;
    return OptionalLong.empty();
  }

  /** Where a hash is, or else the free place that it would take. */
  private int slot(long hash) {
    int slot = (int) hash & (lines.length - 1);
    while (lines[slot] != 0 && hashes[slot] != hash) {
      slot = (slot + 1) & (lines.length - 1);
    }
    return slot;
  }

  private void grow() {
    long[] oldHashes = hashes;
    int[] oldLines = lines;
    hashes = new long[2 * oldHashes.length];
    lines = new int[2 * oldLines.length];
    for (int i = 0; i < oldLines.length; i++) {
      if (oldLines[i] != 0) {
        int slot = slot(oldHashes[i]);
        hashes[slot] = oldHashes[i];
        lines[slot] = oldLines[i];
      }
    }
  }
}
