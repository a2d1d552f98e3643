package deepspeech.speech.features;

import static deepspeech.speech.features.FeatureShape.BINS;

import deepspeech.speech.DataFileException;
import deepspeech.speech.common.FileKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;

/**
 * Reads and writes {@code mean_std.npz}: a zip file with the numpy arrays {@code mean} and {@code
 * std} of shape {@code [161, 1]}. {@code numpy.savez} and {@code numpy.savez_compressed} write this
 * format, to a file or to a stream.
 */
public final class MeanStdFile {
  private static final int MAX_ENTRY_BYTES = 1 << 20;
  private static final LocalDateTime FIXED_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private MeanStdFile() {}

  /**
   * Reads the statistics.
   *
   * @param content the whole file
   * @param name name of the file, for messages
   * @throws DataFileException if the file is not a zip file, if an array is missing or of another
   *     shape or type, if a number is not finite, or if a deviation is 0
   */
  public static MeanStd read(byte[] content, String name) throws DataFileException {
    FileKind kind = FileKind.insteadOfText(content).orElse(null);
    if (kind != FileKind.ZIP) {
      throw new DataFileException(
          "%s: %snot a zip file of numpy arrays, as numpy.savez writes it"
              .formatted(name, kind == null ? "" : "it is " + kind + "; "));
    }
    try (ZipFile zip = open(content, name)) {
      return new MeanStd(array(zip, "mean", name), array(zip, "std", name));
    } catch (IOException e) {
      throw new DataFileException(
          name + ": not a whole zip file of numpy arrays: it is damaged", e);
    } catch (IllegalArgumentException e) {
      throw new DataFileException(name + ": " + e.getMessage(), e);
    }
  }

  private static ZipFile open(byte[] content, String name) throws DataFileException {
    try {
      return ZipFile.builder()
          .setSeekableByteChannel(new SeekableInMemoryByteChannel(content))
          .get();
    } catch (IOException | IllegalArgumentException e) {
      throw new DataFileException(
          name + ": not a whole zip file of numpy arrays: it is truncated or damaged", e);
    }
  }

  /** Returns the content of a file. The same statistics give the same bytes. */
  public static byte[] write(MeanStd statistics) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      put(zip, "mean.npy", statistics.means());
      put(zip, "std.npy", statistics.stds());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void put(ZipOutputStream zip, String name, double[] values) throws IOException {
    byte[] array = new NumpyArray(new int[] {BINS, 1}, values).write();
    CRC32 crc = new CRC32();
    crc.update(array);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(array.length);
    entry.setCrc(crc.getValue());
    entry.setTimeLocal(FIXED_TIME);
    zip.putNextEntry(entry);
    zip.write(array);
    zip.closeEntry();
  }

  /**
   * Reads an entry by the central directory, as numpy does. A file that was written to a stream has
   * sizes and checksums only there.
   */
  private static byte[] entry(ZipFile zip, String array, String name)
      throws IOException, DataFileException {
    ZipArchiveEntry entry = zip.getEntry(array + ".npy");
    if (entry == null) {
      throw new DataFileException(
          "%s: has no array '%s'; it needs 'mean' and 'std'".formatted(name, array));
    }
    byte[] bytes;
    try (InputStream content = zip.getInputStream(entry)) {
      bytes = content.readNBytes(MAX_ENTRY_BYTES);
    }
    if (entry.getSize() > MAX_ENTRY_BYTES || bytes.length == MAX_ENTRY_BYTES) {
      throw new DataFileException(
          "%s: array '%s' has more than %d bytes".formatted(name, array, MAX_ENTRY_BYTES - 1));
    }
    CRC32 crc = new CRC32();
    crc.update(bytes);
    if (bytes.length != entry.getSize() || crc.getValue() != entry.getCrc()) {
      throw new DataFileException(
          "%s: array '%s' is damaged: its checksum does not match".formatted(name, array));
    }
    return bytes;
  }

  private static double[] array(ZipFile zip, String array, String name)
      throws IOException, DataFileException {
    byte[] bytes = entry(zip, array, name);
    NumpyArray read;
    try {
      read = NumpyArray.read(bytes);
    } catch (IllegalArgumentException e) {
      throw new DataFileException("%s: array '%s': %s".formatted(name, array, e.getMessage()), e);
    }
    if (!Arrays.equals(read.shape(), new int[] {BINS, 1})) {
      throw new DataFileException(
          "%s: array '%s' has the shape %s; it must be [%d, 1]"
              .formatted(name, array, Arrays.toString(read.shape()), BINS));
    }
    return read.values();
  }
}
