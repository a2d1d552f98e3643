package deepspeech.tools.common;

import deepspeech.speech.DataFileException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A file that appears only when it is complete. Until then readers see the old file, or no file.
 * Not thread-safe.
 */
public final class AtomicFile implements AutoCloseable {
  private final Path file;
  private final Path part;
  private final List<Path> madeFolders;
  private final OutputStream content;
  private boolean finished;

  /**
   * Starts a file. Creates missing folders, and removes them again if the file is never finished.
   *
   * @throws DataFileException if the file cannot be written
   */
  public AtomicFile(Path file) throws DataFileException {
    this.file = file.toAbsolutePath();
    this.part = this.file.resolveSibling(this.file.getFileName() + ".part");
    this.madeFolders =
        Stream.iterate(this.file.getParent(), Objects::nonNull, Path::getParent)
            .takeWhile(Files::notExists)
            .toList();
    try {
      Files.createDirectories(this.file.getParent());
      this.content = new BufferedOutputStream(Files.newOutputStream(part));
    } catch (IOException e) {
      throw new DataFileException(unwritable(e), e);
    }
  }

  /**
   * Adds a line in UTF-8.
   *
   * @throws UncheckedIOException naming the file if the line cannot be written
   */
  public void line(String text) {
    content((text + '\n').getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Adds bytes.
   *
   * @throws UncheckedIOException naming the file if the bytes cannot be written
   */
  public void content(byte[] bytes) {
    try {
      content.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(unwritable(e), e);
    }
  }

  /** Opens the content that was written so far. */
  InputStream written() throws DataFileException {
    try {
      content.flush();
      return Files.newInputStream(part);
    } catch (IOException e) {
      throw new DataFileException(unwritable(e), e);
    }
  }

  /**
   * Moves the file to its final path, and replaces an existing file.
   *
   * @throws DataFileException if the file cannot be written
   */
  public void finish() throws DataFileException {
    try {
      content.close();
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      finished = true;
    } catch (IOException e) {
      throw new DataFileException(unwritable(e), e);
    }
  }

  /** Deletes an incomplete file, and the folders that were created for it if they are empty. */
  @Override
  public void close() throws DataFileException {
    try {
      content.close();
      Files.deleteIfExists(part);
      if (!finished) {
        removeMadeFolders();
      }
    } catch (IOException e) {
      throw new DataFileException(unwritable(e), e);
    }
  }

  private void removeMadeFolders() throws IOException {
    try {
      for (Path folder : madeFolders) {
        Files.deleteIfExists(folder);
      }
    } catch (DirectoryNotEmptyException e) {
      // Another file was created in the folder meanwhile.
    }
  }

  private String unwritable(IOException e) {
    return file + ": cannot be written: " + DataFileException.reason(e);
  }
}
