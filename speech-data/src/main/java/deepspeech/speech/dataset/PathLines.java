package deepspeech.speech.dataset;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.OptionalLong;

/**
 * Remembers the line on which each path was named first. A path takes 16 to 48 bytes, however long
 * it is. Paths are identified by the first 64 bits of their SHA-256. The probability that two of a
 * million different paths share these is 3 in 100 million. Not thread-safe.
 */
public final class PathLines {
  private final MessageDigest digest;
  private long[] hashes = new long[1 << 10];

  /** The line of each slot; 0 if the slot is empty. */
  private int[] lines = new int[1 << 10];

  private int size;

  public PathLines() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * Adds a path unless it is known.
   *
   * @param line line that names the path, from 1
   * @return the line that named the path first; empty if the path is new
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

  /** Returns the slot of a hash, or the free slot where it would be stored. */
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
