package deepspeech.checkpoint;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** Hashes the bytes read through it, and records whether reading failed. */
final class HashingInputStream extends FilterInputStream {

  private final MessageDigest sha256 = sha256();
  private long size;
  private volatile IOException failure;

  HashingInputStream(InputStream in) {
    super(in);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int count;
    try {
      count = super.read(bytes, offset, length);
    } catch (IOException e) {
      failure = e;
      throw e;
    }
    if (count > 0) {
      sha256.update(bytes, offset, count);
      size += count;
    }
    return count;
  }

  @Override
  public long skip(long count) throws IOException {
    throw new IOException("bytes that are skipped cannot be hashed");
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  /** The digest of the bytes read. Call it once, at the end. */
  FileDigest digest() {
    return new FileDigest(size, HexFormat.of().formatHex(sha256.digest()));
  }

  /** The failure of the underlying stream; empty if reading succeeded. */
  Optional<IOException> failure() {
    return Optional.ofNullable(failure);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
