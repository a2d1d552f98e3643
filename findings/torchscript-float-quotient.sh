#!/usr/bin/env bash
# PyTorch 2.7.1, TorchScript: "//" and divmod of the same two floats have different quotients, and that of divmod need not be a whole
# number. 0.3 // 0.01 is 30.0, divmod(0.3, 0.01)[0] is 28.999999999999996, int() of that is 28, and right is 29, because the float 0.01
# is a little more than a hundredth. "//" rounds the quotient before it takes the floor, and divmod does not take the floor of its
# quotient at all. The same text in Python gives 29 both times, and so does floor_divide of two tensors.
#
# Expected: a // b == divmod(a, b)[0], a whole number, and the one below the exact quotient, as Python's reference has it.
# Where it is met: a number of frames computed from seconds. Scripting the same function gives one frame more or less.
#
# Seen, "//", divmod's quotient, int() of it, floor_divide of tensors, and the exact one of the two floats rounded down; then how often
# each differs for 0.01 to 30 s by 0.01:
#   0.35 by 0.01: // 35.0, divmod 34.0, int 34, tensors 34.0; exact 34.0
#   0.30 by 0.01: // 30.0, divmod 28.999999999999996, int 28, tensors 29.0; exact 29.0
#   1.17 by 0.01: // 116.0, divmod 115.99999999999999, int 115, tensors 116.0; exact 116.0
#   1.00 by 0.10: // 10.0, divmod 9.0, int 9, tensors 9.0; exact 9.0
#   of 3000: // too high 1628, divmod not whole 245, int too low 70, tensors wrong 0
#
# Needs a JDK (17 or later) and Maven; takes DJL 0.35.1 with PyTorch 2.7.1 (Linux x86-64, about 160 MB) from Maven Central.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat > pom.xml <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId>
  <artifactId>finding</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>ai.djl.pytorch</groupId><artifactId>pytorch-engine</artifactId><version>0.35.1</version></dependency>
    <dependency><groupId>ai.djl.pytorch</groupId><artifactId>pytorch-jni</artifactId><version>2.7.1-0.35.1</version></dependency>
    <dependency><groupId>ai.djl.pytorch</groupId><artifactId>pytorch-native-cpu</artifactId><version>2.7.1</version><classifier>linux-x86_64</classifier></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>2.0.17</version></dependency>
  </dependencies>
</project>
POM

cat > Quotient.java <<'JAVA'
import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

public class Quotient {
  static final int TIMES = 3000;
  static final String SOURCE =
      """
      class Ops(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        def forward(self, x: Tensor) -> Tensor:
          a = float(torch.item(torch.select(x, 0, 0)))
          b = float(torch.item(torch.select(x, 0, 1)))
          quotient, rest = divmod(a, b)
          whole = torch.item(torch.floor_divide(torch.select(x, 0, 0), torch.select(x, 0, 1)))
          results = torch.zeros([4], dtype=7)
          torch.fill_(torch.select(results, 0, 0), a // b)
          torch.fill_(torch.select(results, 0, 1), quotient)
          torch.fill_(torch.select(results, 0, 2), int(quotient))
          torch.fill_(torch.select(results, 0, 3), whole)
          return results
      """;
  // Pickle protocol 2: an empty tuple; an object of class __torch__.Ops with the state {"training": True}.
  static final byte[] EMPTY_TUPLE = {(byte) 0x80, 2, ')', '.'};

  static byte[] object() throws Exception {
    var out = new java.io.ByteArrayOutputStream();
    out.write(new byte[] {(byte) 0x80, 2});
    out.write("c__torch__\nOps\n".getBytes());
    out.write(new byte[] {')', (byte) 0x81, '}', 'X', 8, 0, 0, 0});
    out.write("training".getBytes());
    out.write(new byte[] {(byte) 0x88, 's', 'b', '.'});
    return out.toByteArray();
  }

  static void entry(ZipOutputStream zip, String name, byte[] body) throws Exception {
    ZipEntry entry = new ZipEntry("ops/" + name);
    CRC32 crc = new CRC32();
    crc.update(body);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(body.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(body);
    zip.closeEntry();
  }

  /** The quotient of the two numbers as they are in binary, rounded down. */
  static double exact(double[] pair) {
    return new BigDecimal(pair[0]).divide(new BigDecimal(pair[1]), 0, RoundingMode.FLOOR).doubleValue();
  }

  public static void main(String[] arguments) throws Exception {
    Locale.setDefault(Locale.ROOT);
    Path file = Path.of("ops.pt");
    try (OutputStream out = Files.newOutputStream(file); ZipOutputStream zip = new ZipOutputStream(out)) {
      entry(zip, "version", "10\n".getBytes());
      entry(zip, "constants.pkl", EMPTY_TUPLE);
      entry(zip, "data.pkl", object());
      entry(zip, "code/__torch__.py", SOURCE.getBytes());
    }
    Model model = Model.newInstance("ops", Device.cpu(), "PyTorch");
    model.load(file);
    NDManager manager = model.getNDManager();
    ParameterStore store = new ParameterStore(manager, false);
    double[][] pairs = {{0.35, 0.01}, {0.3, 0.01}, {1.17, 0.01}, {1, 0.1}};
    for (double[] pair : pairs) {
      double[] found = results(model, manager, store, pair);
      System.out.printf("%.2f by %.2f: //", pair[0], pair[1]);
      System.out.printf(" %s, divmod %s, int %d, tensors %s", found[0], found[1], (int) found[2], found[3]);
      System.out.printf("; exact %s%n", exact(pair));
    }
    int high = 0;
    int fraction = 0;
    int low = 0;
    int tensors = 0;
    for (int hundredths = 1; hundredths <= TIMES; hundredths++) {
      double[] pair = {hundredths / 100.0, 0.01};
      double[] found = results(model, manager, store, pair);
      high += found[0] == exact(pair) + 1 ? 1 : 0;
      fraction += found[1] != Math.rint(found[1]) ? 1 : 0;
      low += found[2] == exact(pair) - 1 ? 1 : 0;
      tensors += found[3] != exact(pair) ? 1 : 0;
    }
    System.out.printf(
        "of %d: // too high %d, divmod not whole %d, int too low %d, tensors wrong %d%n",
        TIMES, high, fraction, low, tensors);
  }

  static double[] results(Model model, NDManager manager, ParameterStore store, double[] pair) {
    try (NDArray x = manager.create(pair);
        NDList result = model.getBlock().forward(store, new NDList(x), false)) {
      return result.get(0).toDoubleArray();
    }
  }
}
JAVA

mvn -q -B dependency:build-classpath -Dmdep.outputFile=classpath
"${JAVA_HOME:+$JAVA_HOME/bin/}java" -Dai.djl.offline=true -DOPT_OUT_TRACKING=true -cp "$(cat classpath)" Quotient.java | tee output
diff output - <<'EXPECTED'
0.35 by 0.01: // 35.0, divmod 34.0, int 34, tensors 34.0; exact 34.0
0.30 by 0.01: // 30.0, divmod 28.999999999999996, int 28, tensors 29.0; exact 29.0
1.17 by 0.01: // 116.0, divmod 115.99999999999999, int 115, tensors 116.0; exact 116.0
1.00 by 0.10: // 10.0, divmod 9.0, int 9, tensors 9.0; exact 9.0
of 3000: // too high 1628, divmod not whole 245, int too low 70, tensors wrong 0
EXPECTED
echo "as described"
