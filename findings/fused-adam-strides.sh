#!/usr/bin/env bash
# PyTorch 2.7.1 on a CPU: torch._fused_adam_, given a gradient whose strides are not those of its weight, pairs gradients
# and weights by their place in memory instead of their index. No error, and all values are finite.
#
# Expected: that it respects strides, as the operator on lists beside it does (_foreach_add_), or refuses them, as its
# twin for GPUs does ("params, grads, exp_avgs, and exp_avg_sqs must have same dtype, device, and layout").
# Where it is met: the gradient of a convolution's weight is laid out channels last when its input is, and the weight is not.
#
# Seen, first moments after one step (a tenth of the gradient), weights [2, 3], gradient [[1, 2, 3], [40, 50, 60]]:
#   gradient in order:     0.1 0.2 0.3 4.0 5.0 6.0
#   the same transposed:   0.1 4.0 0.2 5.0 0.3 6.0
#   _foreach_add_ of it:   1.0 2.0 3.0 40.0 50.0 60.0
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

cat > FusedAdam.java <<'JAVA'
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

public class FusedAdam {
  static final String SOURCE =
      """
      class Ops(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        def adam(self, w: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], step: List[Tensor]) -> Tensor:
          torch._fused_adam_(w, g, m, v, annotate(List[Tensor], []), step, lr=0.01, beta1=0.9, beta2=0.999, weight_decay=0., eps=1.0e-08, amsgrad=False, maximize=False)
          return m[0]
        def add(self, w: List[Tensor], g: List[Tensor]) -> Tensor:
          torch._foreach_add_(w, g, alpha=1)
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

  static NDArray ordered(NDManager manager) {
    return manager.create(new float[] {1, 2, 3, 40, 50, 60}, new Shape(2, 3)).duplicate();
  }

  static NDArray transposed(NDManager manager) {
    return manager.create(new float[] {1, 40, 2, 50, 3, 60}, new Shape(3, 2)).duplicate().transpose();
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
    for (boolean inOrder : new boolean[] {true, false}) {
      NDArray gradient = inOrder ? ordered(manager) : transposed(manager);
      NDList inputs =
          new NDList(
              named("adam", manager.zeros(new Shape(2, 3)), gradient, manager.zeros(new Shape(2, 3)), manager.zeros(new Shape(2, 3)), manager.create(1f)));
      print(inOrder ? "ordered" : "transposed", model.getBlock().forward(store, inputs, false).get(0));
    }
    NDList inputs = new NDList(named("add", manager.zeros(new Shape(2, 3)), transposed(manager)));
    print("added", model.getBlock().forward(store, inputs, false).get(0));
  }
}
JAVA

mvn -q -B dependency:build-classpath -Dmdep.outputFile=classpath
"${JAVA_HOME:+$JAVA_HOME/bin/}java" -Dai.djl.offline=true -DOPT_OUT_TRACKING=true -cp "$(cat classpath)" FusedAdam.java | tee output
diff output - <<'EXPECTED'
ordered 0.1 0.2 0.3 4.0 5.0 6.0
transposed 0.1 4.0 0.2 5.0 0.3 6.0
added 1.0 2.0 3.0 40.0 50.0 60.0
EXPECTED
echo "as described"
