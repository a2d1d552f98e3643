#!/usr/bin/env bash
# DJL 0.35.1 on PyTorch: the gradient of SigmoidBinaryCrossEntropyLoss at a logit of exactly 0 is wrong by a half. It is 0 for the
# label 0, and -1 for the label 1, where it should be 0.5 and -0.5. The loss is composed of a ReLU and an absolute value, whose kinks
# cancel each other in its value, but not in the subgradient 0 that PyTorch takes for both of them. So an output whose weights and
# bias start at 0 does not learn from negative examples at all; the value of the loss is right everywhere.
#
# Expected: the gradient of the binary cross entropy, sigmoid(logit) - label, which is smooth; at 0 between those on both sides.
#
# Seen:
#   logit -0.01: gradient for label 0 0.4975, for label 1 -0.5025
#   logit 0.00: gradient for label 0 0.0000, for label 1 -1.0000
#   logit 0.01: gradient for label 0 0.5025, for label 1 -0.4975
#   logit after 50 steps from 0, labels all 0: 0.0000
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

cat > ZeroLogit.java <<'JAVA'
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import ai.djl.training.loss.Loss;
import java.util.Locale;

public class ZeroLogit {
  static final int STEPS = 50;

  public static void main(String[] arguments) {
    try (NDManager manager = NDManager.newBaseManager()) {
      for (float logit : new float[] {-0.01f, 0, 0.01f}) {
        System.out.printf(
            Locale.ROOT,
            "logit %.2f: gradient for label 0 %.4f, for label 1 %.4f%n",
            logit,
            gradient(manager, logit, 0),
            gradient(manager, logit, 1));
      }
      float logit = 0;
      for (int step = 0; step < STEPS; step++) {
        logit -= gradient(manager, logit, 0);
      }
      System.out.printf(Locale.ROOT, "logit after %d steps from 0, labels all 0: %.4f%n", STEPS, logit);
    }
  }

  static float gradient(NDManager manager, float logit, float label) {
    NDArray logits = manager.create(new float[] {logit});
    NDArray labels = manager.create(new float[] {label});
    logits.setRequiresGradient(true);
    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      collector.zeroGradients();
      collector.backward(Loss.sigmoidBinaryCrossEntropyLoss().evaluate(new NDList(labels), new NDList(logits)));
    }
    return logits.getGradient().getFloat();
  }
}
JAVA

mvn -q -B dependency:build-classpath -Dmdep.outputFile=classpath >&2
# DJL unpacks the native library into its cache directory.
"${JAVA_HOME:+$JAVA_HOME/bin/}java" -Dai.djl.offline=true -DOPT_OUT_TRACKING=true -DDJL_CACHE_DIR="$folder/cache" -cp "$(cat classpath)" ZeroLogit.java 2> messages | tee seen
diff seen - <<'SEEN'
logit -0.01: gradient for label 0 0.4975, for label 1 -0.5025
logit 0.00: gradient for label 0 0.0000, for label 1 -1.0000
logit 0.01: gradient for label 0 0.5025, for label 1 -0.4975
logit after 50 steps from 0, labels all 0: 0.0000
SEEN
