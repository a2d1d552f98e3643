package deepspeech.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The size and the hash that identify a file's content.
 *
 * @param size in bytes
 * @param sha256 lower-case hexadecimal
 */
record FileDigest(long size, String sha256) {

  static FileDigest of(CheckpointSource source) throws IOException {
    try (HashingInputStream stream = new HashingInputStream(source.open())) {
      stream.transferTo(OutputStream.nullOutputStream());
      return stream.digest();
    }
  }

  static FileDigest of(Path path) throws IOException {
    try (InputStream content = Files.newInputStream(path);
        HashingInputStream stream = new HashingInputStream(content)) {
      stream.transferTo(OutputStream.nullOutputStream());
      return stream.digest();
    }
  }

  @Override
  public String toString() {
    return size + " bytes with SHA-256 " + sha256;
  }
}
