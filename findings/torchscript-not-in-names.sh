#!/usr/bin/env bash
# PyTorch 2.7.1, TorchScript source: "not NAME" is a syntax error if the name begins with "in". The lexer reads "not inner" as
# the operator "not in" and the name "ner"; "not(inner)" and "not outer" compile. The same text is ordinary Python.
#
# Expected: that words end where names end, as for "is not", "in" and every other keyword.
#
# Seen:
#   not outer:    compiles
#   not inner:    expected ident but found 'not in' here:
#   not(inner):   compiles
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

cat > Names.java <<'JAVA'
import ai.djl.Device;
import ai.djl.Model;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

public class Names {
  static final String SOURCE =
      """
      class Names(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        def forward(self, x: Tensor) -> Tensor:
          outer = False
          inner = False
          if EXPRESSION:
            y = x
          else:
            y = torch.neg(x)
          return y
      """;
  // Pickle protocol 2: an empty tuple; an object of class __torch__.Names with the state {"training": True}.
  static final byte[] EMPTY_TUPLE = {(byte) 0x80, 2, ')', '.'};

  static byte[] object() throws Exception {
    var out = new java.io.ByteArrayOutputStream();
    out.write(new byte[] {(byte) 0x80, 2});
    out.write("c__torch__\nNames\n".getBytes());
    out.write(new byte[] {')', (byte) 0x81, '}', 'X', 8, 0, 0, 0});
    out.write("training".getBytes());
    out.write(new byte[] {(byte) 0x88, 's', 'b', '.'});
    return out.toByteArray();
  }

  static void entry(ZipOutputStream zip, String name, byte[] body) throws Exception {
    ZipEntry entry = new ZipEntry("names/" + name);
    CRC32 crc = new CRC32();
    crc.update(body);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(body.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(body);
    zip.closeEntry();
  }

  public static void main(String[] arguments) throws Exception {
    for (String expression : new String[] {"not outer", "not inner", "not(inner)"}) {
      Path file = Path.of("names.pt");
      try (OutputStream out = Files.newOutputStream(file); ZipOutputStream zip = new ZipOutputStream(out)) {
        entry(zip, "version", "10\n".getBytes());
        entry(zip, "constants.pkl", EMPTY_TUPLE);
        entry(zip, "data.pkl", object());
        entry(zip, "code/__torch__.py", SOURCE.replace("EXPRESSION", expression).getBytes());
      }
      String result = "compiles";
      try (Model model = Model.newInstance("names", Device.cpu(), "PyTorch")) {
        model.load(file);
      } catch (Exception e) {
        result = e.getMessage().strip().lines().findFirst().orElseThrow();
      }
      System.out.println(expression + ": " + result);
    }
  }
}
JAVA

mvn -q -B dependency:build-classpath -Dmdep.outputFile=classpath
"${JAVA_HOME:+$JAVA_HOME/bin/}java" -Dai.djl.offline=true -DOPT_OUT_TRACKING=true -cp "$(cat classpath)" Names.java | tee output
diff output - <<'EXPECTED'
not outer: compiles
not inner: expected ident but found 'not in' here:
not(inner): compiles
EXPECTED
echo "as described"
