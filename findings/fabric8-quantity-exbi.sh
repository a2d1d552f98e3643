#!/usr/bin/env bash
# fabric8's Kubernetes model 7.6.1: Quantity computes with 16 significant digits. 1Ei becomes 1152921504606847000 bytes,
# so it is unequal to the same amount in figures, and 8Ei is larger than the largest signed 64-bit number.
#
# Expected: 2^60 = 1152921504606846976, as Kubernetes' own parser gives it, and that both are equal.
#
# Seen:
#   1Pi = 1125899906842624
#   1Ei = 1152921504606847000
#   8Ei = 9223372036854776000
#   1Ei equals 1152921504606846976: false
#
# Needs a JDK (17 or later) and Maven; takes io.fabric8:kubernetes-model-core 7.6.1 from Maven Central.
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
    <dependency>
      <groupId>io.fabric8</groupId><artifactId>kubernetes-model-core</artifactId><version>7.6.1</version>
    </dependency>
  </dependencies>
</project>
POM

cat > Amounts.java <<'JAVA'
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;

public class Amounts {
  public static void main(String[] arguments) {
    for (String amount : List.of("1Pi", "1Ei", "8Ei")) {
      System.out.println(
          amount + " = " + Quantity.getAmountInBytes(new Quantity(amount)).toPlainString());
    }
    System.out.println(
        "1Ei equals 1152921504606846976: "
            + new Quantity("1Ei").equals(new Quantity("1152921504606846976")));
  }
}
JAVA

mvn -q dependency:build-classpath -Dmdep.outputFile=classpath >&2
java -cp "$(cat classpath)" Amounts.java | tee seen
diff seen - <<'SEEN'
1Pi = 1125899906842624
1Ei = 1152921504606847000
8Ei = 9223372036854776000
1Ei equals 1152921504606846976: false
SEEN
