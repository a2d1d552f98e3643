package deepspeech.acoustic.torchscript;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A TorchScript module in the format of PyTorch's {@code torch.jit.save}, created from source text.
 * The format is a zip of stored entries: the format's version, an empty table of tensor constants,
 * the module object and the source of its class.
 *
 * <p>The source is in TorchScript's serialised dialect: a class {@code class NAME(Module):} with
 * {@code __parameters__ = []}, {@code __buffers__ = []}, declared attributes ({@code training :
 * bool}) and methods. PyTorch's {@code torch/csrc/jit/docs/serialization.md} describes the layout.
 *
 * @param className name of the module's class in the source
 * @param source TorchScript text that contains the class
 * @param attributes values of the integer attributes that the class declares in addition to {@code
 *     training}
 */
public record TorchScriptArchive(String className, String source, Map<String, Integer> attributes) {

  // The file format that PyTorch 2 writes. With this version operators keep their current meaning,
  // and none is upgraded.
  private static final String FORMAT_VERSION = "10\n";
  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /**
   * Checks that the names are Python identifiers, because the archive cannot be read back
   * otherwise.
   */
  public TorchScriptArchive {
    attributes = Map.copyOf(attributes);
    requireIdentifier("className", className);
    attributes.keySet().forEach(name -> requireIdentifier("attribute", name));
  }

  private static void requireIdentifier(String field, String name) {
    if (!IDENTIFIER.matcher(name).matches()) {
      throw new IllegalArgumentException(field + " '" + name + "' must be a Python identifier");
    }
  }

  /** Writes the archive for {@code torch.jit.load}. Does not close the stream. */
  public void writeTo(OutputStream out) throws IOException {
    ZipOutputStream zip = new ZipOutputStream(out);
    store(zip, "version", FORMAT_VERSION.getBytes(StandardCharsets.UTF_8));
    store(zip, "constants.pkl", emptyTuple());
    store(zip, "data.pkl", moduleObject());
    store(zip, "code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
    zip.finish();
  }

  private void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 checksum = new CRC32();
    checksum.update(content);
    ZipEntry entry = new ZipEntry(className + "/" + name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(checksum.getValue());
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  private static byte[] emptyTuple() {
    return new byte[] {(byte) 0x80, 2, ')', '.'};
  }

  /** Pickle protocol 2: {@code object.__new__(__torch__.NAME)} with the attributes as its state. */
  private byte[] moduleObject() {
    ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    try {
      pickle.write(new byte[] {(byte) 0x80, 2});
      pickle.write(("c__torch__\n" + className + "\n").getBytes(StandardCharsets.UTF_8));
      pickle.write(new byte[] {')', (byte) 0x81, '}', '('});
      writeText(pickle, "training");
      pickle.write(0x88);
      for (Map.Entry<String, Integer> attribute : attributes.entrySet()) {
        writeText(pickle, attribute.getKey());
        pickle.write('J');
        pickle.write(littleEndian(attribute.getValue()));
      }
      pickle.write(new byte[] {'u', 'b', '.'});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return pickle.toByteArray();
  }

  private static void writeText(ByteArrayOutputStream pickle, String text) throws IOException {
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    pickle.write('X');
    pickle.write(littleEndian(encoded.length));
    pickle.write(encoded);
  }

  private static byte[] littleEndian(int value) {
    return ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }
}
