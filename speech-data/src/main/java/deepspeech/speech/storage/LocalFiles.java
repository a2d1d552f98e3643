package deepspeech.speech.storage;

import deepspeech.speech.WrongFileException;
import deepspeech.speech.storage.UnreadableFileException.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/** Reads local files. */
public final class LocalFiles {
  private LocalFiles() {}

  /**
   * Opens a file at its beginning.
   *
   * @throws WrongFileException if the file does not exist or is not a regular file
   * @throws IOException if the machine cannot read it
   */
  public static InputStream stream(Path file) throws IOException {
    try {
      return Channels.newInputStream(open(file));
    } catch (UnreadableFileException e) {
      throw new WrongFileException(e.getMessage());
    }
  }

  static FileChannel open(Path file) throws IOException {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      if (attributes.isDirectory()) {
        throw new UnreadableFileException(Problem.MISSING, "is a directory, not a file");
      }
      // Opening a pipe blocks until there is a writer, and a device may have no end.
      if (!attributes.isRegularFile()) {
        throw new UnreadableFileException(Problem.MISSING, "is a pipe or device, not a file");
      }
      return FileChannel.open(file, StandardOpenOption.READ);
    } catch (NoSuchFileException e) {
      throw UnreadableFileException.missingFile(e);
    }
  }

  static byte[] all(FileChannel channel, int most) throws IOException {
    long size = channel.size();
    if (size > most) {
      throw UnreadableFileException.tooLarge(size, most);
    }
    return bytes(channel, 0, (int) size);
  }

  static byte[] bytes(FileChannel channel, long offset, int size) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(size);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, offset + buffer.position()) < 0) {
        throw new IOException("the file became shorter while it was read");
      }
    }
    return buffer.array();
  }
}
