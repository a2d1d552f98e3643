package deepspeech.dataprep.features;

import static deepspeech.dataprep.features.FeatureShape.BINS;

import deepspeech.dataprep.DataFileException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * {@code mean_std.npz}: numpy arrays {@code mean} and {@code std} of shape {@code [161, 1]} in a
 * zip file, as {@code numpy.savez} and {@code numpy.savez_compressed} write it.
 */
public final class MeanStdFile {
  private static final int MAX_ENTRY_BYTES = 1 << 20;
  private static final LocalDateTime FIXED_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private MeanStdFile() {}

  /**
   * Reads the statistics.
   *
   * @param content the whole file
   * @param name of the file, for the message of an error
   * @throws DataFileException if it is no zip file, if an array is missing, of another shape or
   *     type, if a number is not finite or a deviation is 0
   */
  public static MeanStd read(byte[] content, String name) throws DataFileException {
    Map<String, byte[]> entries = entries(content, name);
    double[] mean = array(entries, "mean", name);
    double[] std = array(entries, "std", name);
    try {
      return new MeanStd(mean, std);
    } catch (IllegalArgumentException e) {
      throw new DataFileException(name + ": " + e.getMessage(), e);
    }
  }

  /** The file's content; the same statistics give the same bytes. */
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

  private static Map<String, byte[]> entries(byte[] content, String name) throws DataFileException {
    Map<String, byte[]> entries = new HashMap<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(content))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        byte[] bytes = zip.readNBytes(MAX_ENTRY_BYTES);
        entries.put(entry.getName(), bytes);
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new DataFileException(
          name + ": not a whole zip file of numpy arrays: " + e.getMessage(), e);
    }
    if (entries.isEmpty()) {
      throw new DataFileException(
          name + ": not a zip file of numpy arrays, as numpy.savez writes it");
    }
    return entries;
  }

  private static double[] array(Map<String, byte[]> entries, String array, String name)
      throws DataFileException {
    byte[] bytes = entries.get(array + ".npy");
    if (bytes == null) {
      throw new DataFileException(
          "%s: has no array '%s'; it needs 'mean' and 'std'".formatted(name, array));
    }
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
