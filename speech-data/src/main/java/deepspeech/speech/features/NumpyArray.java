package deepspeech.speech.features;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A float array in numpy's {@code .npy} format.
 *
 * <p>Source: NEP 1, "A Simple File Format for NumPy Arrays", versions 1.0 to 3.0.
 */
final class NumpyArray {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final Pattern TYPE = Pattern.compile("'descr'\\s*:\\s*'([<>|=]?)([a-zA-Z]\\d*)'");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([^)]*)\\)");
  private static final Pattern FORTRAN = Pattern.compile("'fortran_order'\\s*:\\s*True");

  private final int[] shape;
  private final double[] values;

  NumpyArray(int[] shape, double[] values) {
    this.shape = shape.clone();
    this.values = values.clone();
  }

  /** The dimensions. */
  int[] shape() {
    return shape.clone();
  }

  /** The elements, row major. */
  double[] values() {
    return values.clone();
  }

  /**
   * Reads an array of float32 or float64 elements in either byte order.
   *
   * @throws IllegalArgumentException if the bytes are anything else; the message is one line
   */
  static NumpyArray read(byte[] file) {
    if (file.length < 10 || !Arrays.equals(file, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new IllegalArgumentException("not a numpy array");
    }
    ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    boolean first = file[6] == 1;
    int headerStart = first ? 10 : 12;
    long headerLength =
        first
            ? buffer.getShort(8) & 0xFFFF
            : file.length < 12 ? Long.MAX_VALUE : buffer.getInt(8) & 0xFFFFFFFFL;
    if (headerLength > file.length - headerStart) {
      throw new IllegalArgumentException("its header is truncated");
    }
    String header = new String(file, headerStart, (int) headerLength, StandardCharsets.ISO_8859_1);
    Matcher type = TYPE.matcher(header);
    Matcher shapeText = SHAPE.matcher(header);
    if (!type.find() || !shapeText.find()) {
      throw new IllegalArgumentException("its header has no element type or shape");
    }
    int size =
        switch (type.group(2)) {
          case "f4" -> 4;
          case "f8" -> 8;
          default ->
              throw new IllegalArgumentException(
                  "its elements are '%s'; allowed are f4 and f8".formatted(type.group(2)));
        };
    int[] shape = shape(shapeText.group(1));
    if (FORTRAN.matcher(header).find() && Arrays.stream(shape).filter(d -> d != 1).count() > 1) {
      throw new IllegalArgumentException("it is in column order; allowed is row order");
    }
    long elements = Arrays.stream(shape).asLongStream().reduce(1, (a, b) -> a * b);
    long available = file.length - headerStart - headerLength;
    if (elements * size != available) {
      throw new IllegalArgumentException(
          "its shape is %s but it has %d bytes of elements"
              .formatted(Arrays.toString(shape), available));
    }
    buffer.order(type.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    buffer.position((int) (headerStart + headerLength));
    double[] values = new double[(int) elements];
    for (int i = 0; i < values.length; i++) {
      values[i] = size == 4 ? buffer.getFloat() : buffer.getDouble();
    }
    return new NumpyArray(shape, values);
  }

  private static int[] shape(String text) {
    try {
      return Arrays.stream(text.split(","))
          .map(String::strip)
          .filter(dimension -> !dimension.isEmpty())
          .mapToInt(Integer::parseInt)
          .toArray();
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("its shape is (%s)".formatted(text), e);
    }
  }

  /** Writes the array as a version 1.0 file with float64 elements. */
  byte[] write() {
    StringBuilder shapeText = new StringBuilder();
    for (int dimension : shape) {
      shapeText.append(dimension).append(", ");
    }
    String header =
        "{'descr': '<f8', 'fortran_order': False, 'shape': (%s), }"
            .formatted(shapeText.toString().strip());
    // The elements begin at a multiple of 64 bytes. The header is padded with spaces and a newline.
    int headerLength = (10 + header.length() + 1 + 63) / 64 * 64 - 10;
    ByteBuffer file =
        ByteBuffer.allocate(10 + headerLength + 8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    file.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) headerLength);
    file.put(header.getBytes(StandardCharsets.ISO_8859_1));
    while (file.position() < 10 + headerLength - 1) {
      file.put((byte) ' ');
    }
    file.put((byte) '\n');
    for (double value : values) {
      file.putDouble(value);
    }
    return file.array();
  }
}
