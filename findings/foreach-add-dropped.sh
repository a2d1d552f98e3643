#!/usr/bin/env bash
# PyTorch 2.7.1, TorchScript: torch._foreach_add_ on a list that was put together in the method itself is dropped from the
# program as dead code, although the arrays in the list are changed by it and are seen after it. No error, nothing is added.
#
# Expected: that it makes no difference whether a list came as an argument or was made in the method of the same arrays,
# as it makes none for add_ on each of them.
#
# Seen, [0, 0, 0] plus [1, 2, 3] in place:
#   the list is an argument:          1.0 2.0 3.0
#   a list made of the same array:    0.0 0.0 0.0
#   add_ on the array of such a list: 1.0 2.0 3.0
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

cat > ForeachAdd.java <<'JAVA'
import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

public class ForeachAdd {
  static final String SOURCE =
      """
      class Ops(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        def argument(self, w: List[Tensor], g: List[Tensor]) -> Tensor:
          torch._foreach_add_(w, g, alpha=1)
          return w[0]
        def made(self, w: List[Tensor], g: List[Tensor]) -> Tensor:
          same = annotate(List[Tensor], [])
          same.append(w[0])
          torch._foreach_add_(same, g, alpha=1)
          return w[0]
        def alone(self, w: List[Tensor], g: List[Tensor]) -> Tensor:
          same = annotate(List[Tensor], [])
          same.append(w[0])
          torch.add_(same[0], g[0], alpha=1)
          return w[0]
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

  static NDArray[] named(String method, NDArray... lists) {
    NDArray[] all = new NDArray[lists.length + 1];
    all[0] = lists[0].getManager().create(new Shape(0));
    all[0].setName("module_method:" + method);
    for (int i = 0; i < lists.length; i++) {
      lists[i].setName("list" + i + "[]");
      all[i + 1] = lists[i];
    }
    return all;
  }

  static void print(String what, NDArray array) {
    StringBuilder line = new StringBuilder(what);
    for (float value : array.duplicate().toFloatArray()) {
      line.append(String.format(java.util.Locale.ROOT, " %.1f", value));
    }
    System.out.println(line);
  }

  public static void main(String[] arguments) throws Exception {
    Path file = Path.of("ops.pt");
    try (OutputStream out = Files.newOutputStream(file); ZipOutputStream zip = new ZipOutputStream(out)) {
      entry(zip, "version", "6\n".getBytes());
      entry(zip, "constants.pkl", EMPTY_TUPLE);
      entry(zip, "data.pkl", object());
      entry(zip, "code/__torch__.py", SOURCE.getBytes());
    }
    Model model = Model.newInstance("ops", Device.cpu(), "PyTorch");
    model.load(file);
    NDManager manager = model.getNDManager();
    ParameterStore store = new ParameterStore(manager, false);
    for (String method : new String[] {"argument", "made", "alone"}) {
      NDArray zeros = manager.zeros(new Shape(3));
      NDList inputs = new NDList(named(method, zeros, manager.create(new float[] {1, 2, 3})));
      model.getBlock().forward(store, inputs, false);
      print(method, zeros);
    }
  }
}
JAVA

mvn -q -B dependency:build-classpath -Dmdep.outputFile=classpath
"${JAVA_HOME:+$JAVA_HOME/bin/}java" -Dai.djl.offline=true -DOPT_OUT_TRACKING=true -cp "$(cat classpath)" ForeachAdd.java | tee output
diff output - <<'EXPECTED'
argument 1.0 2.0 3.0
made 0.0 0.0 0.0
alone 1.0 2.0 3.0
EXPECTED
echo "as described"
