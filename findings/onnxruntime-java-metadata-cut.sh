#!/usr/bin/env bash
# ONNX Runtime 1.24.2, Java API, on HotSpot (JDK 17 and 25): a character beyond U+FFFF in a model's custom metadata costs the text its
# end. It comes back as U+00F0 and three characters of nonsense, and the last three characters of the text are gone; where fewer
# than three follow, the nonsense is cut too. No error. A key with such a character is found only by its garbled name.
#
# Expected: the text in the file, which is valid UTF-8; or the same number of wrong characters in its place, with the rest intact.
# Where it is met: a recognizer's list of characters kept in its model. Rare Chinese characters lie beyond U+FFFF, and the list
# loses common ones for them.
#
# Seen, in hexadecimal:
#   in the file                          from getCustomMetadata
#   5409 91CE 5BB6 4E2D 6587             5409 91CE 5BB6 4E2D 6587
#   5409 20BB7 91CE 5BB6 4E2D 6587       5409 00F0 00A0 00AE 00B7 91CE
#   5409 20BB7                           5409 00F0
#   the key 20BB7                        00F0; getCustomMetadataValue finds 00F0, and not 20BB7
#
# Needs a JDK (17 or later) and Maven; takes ONNX Runtime 1.24.2 (about 90 MB) from Maven Central.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

mvn -q -B dependency:copy -Dartifact=com.microsoft.onnxruntime:onnxruntime:1.24.2 -DoutputDirectory=.

cat > Metadata.java <<'JAVA'
import ai.onnxruntime.OnnxModelMetadata;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

public class Metadata {
  static final String RARE = Character.toString(0x20BB7);

  // Protocol buffers by hand; all parts are shorter than 128 bytes.
  static byte[] part(int field, byte[]... contents) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (byte[] content : contents) {
      body.writeBytes(content);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(field << 3 | 2);
    out.write(body.size());
    out.writeBytes(body.toByteArray());
    return out.toByteArray();
  }

  static byte[] text(int field, String text) {
    return part(field, text.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] number(int field, int value) {
    return new byte[] {(byte) (field << 3), (byte) value};
  }

  static byte[] entry(String key, String value) {
    return part(14, text(1, key), text(2, value));
  }

  /** A vector of one float. */
  static byte[] value(int field, String name) {
    return part(field, text(1, name), part(2, part(1, number(1, 1), part(2, part(1, number(1, 1))))));
  }

  /** A model that copies x to y. */
  static byte[] model() {
    byte[] graph = part(7, part(1, text(1, "x"), text(2, "y"), text(4, "Identity")), text(2, "g"), value(11, "x"), value(12, "y"));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(number(1, 8));
    out.writeBytes(graph);
    out.writeBytes(part(8, text(1, ""), number(2, 13)));
    out.writeBytes(entry("common", "\u5409\u91CE\u5BB6\u4E2D\u6587"));
    out.writeBytes(entry("rare", "\u5409" + RARE + "\u91CE\u5BB6\u4E2D\u6587"));
    out.writeBytes(entry("last", "\u5409" + RARE));
    out.writeBytes(entry(RARE, "key"));
    return out.toByteArray();
  }

  static String codes(String text) {
    return text.codePoints().mapToObj(code -> String.format("%04X", code)).collect(Collectors.joining(" "));
  }

  public static void main(String[] arguments) throws Exception {
    try (OrtEnvironment environment = OrtEnvironment.getEnvironment();
        OrtSession session = environment.createSession(model())) {
      System.out.println(environment.getVersion());
      OnnxModelMetadata metadata = session.getMetadata();
      Map<String, String> all = metadata.getCustomMetadata();
      for (String key : new String[] {"common", "rare", "last"}) {
        System.out.println(key + ": " + codes(all.get(key)));
      }
      String listed = all.entrySet().stream().filter(entry -> entry.getValue().equals("key")).findAny().orElseThrow().getKey();
      System.out.println("key listed as: " + codes(listed));
      System.out.println("found by the key in the file: " + metadata.getCustomMetadataValue(RARE).isPresent());
      System.out.println("found by the key as listed: " + metadata.getCustomMetadataValue(listed).isPresent());
    }
  }
}
JAVA
"${JAVA_HOME:+$JAVA_HOME/bin/}java" -cp onnxruntime-1.24.2.jar Metadata.java | tee output
diff output - <<'EXPECTED'
1.24.2
common: 5409 91CE 5BB6 4E2D 6587
rare: 5409 00F0 00A0 00AE 00B7 91CE
last: 5409 00F0
key listed as: 00F0
found by the key in the file: false
found by the key as listed: true
EXPECTED
echo "as described"
