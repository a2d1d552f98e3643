#!/usr/bin/env bash
# DJL 0.35.1: SigmoidBinaryCrossEntropyLoss has the wrong sign where its input is the output of a sigmoid (fromSigmoid = true). It
# returns the logarithm of the likelihood instead of its negative, so that an optimizer that makes the loss smaller drives every
# prediction away from its label. Nothing is reported; the loss falls as it should. With logits (fromSigmoid = false, the default)
# the sign is right.
#
# Expected: that both give the same loss for the same predictions, up to rounding, and lead to the same side of 0.5.
#
# Seen, labels 1 0 0, logits 2 -1 0.5; then the predictions after 50 steps of gradient descent (rate 1) from logits of 0.1:
#   fromSigmoid=false: loss 0.471, predictions 0.94 0.06 0.06
#   fromSigmoid=true: loss -0.471, predictions 0.00 1.00 1.00
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

cat > Sign.java <<'JAVA'
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Activation;
import ai.djl.training.GradientCollector;
import ai.djl.training.loss.SigmoidBinaryCrossEntropyLoss;
import java.util.Locale;

public class Sign {
  static final int STEPS = 50;

  public static void main(String[] arguments) {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray labels = manager.create(new float[] {1, 0, 0});
      for (boolean fromSigmoid : new boolean[] {false, true}) {
        NDArray start = manager.create(new float[] {2, -1, 0.5f});
        NDArray logits = manager.create(new float[] {0.1f, 0.1f, 0.1f});
        logits.setRequiresGradient(true);
        for (int step = 0; step < STEPS; step++) {
          try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            collector.zeroGradients();
            collector.backward(loss(labels, logits, fromSigmoid));
          }
          logits = logits.stopGradient().sub(logits.getGradient()).duplicate();
          logits.setRequiresGradient(true);
        }
        float[] predictions = Activation.sigmoid(logits.stopGradient()).toFloatArray();
        System.out.printf(
            Locale.ROOT,
            "fromSigmoid=%b: loss %.3f, predictions %.2f %.2f %.2f%n",
            fromSigmoid,
            loss(labels, start, fromSigmoid).getFloat(),
            predictions[0],
            predictions[1],
            predictions[2]);
      }
    }
  }

  static NDArray loss(NDArray labels, NDArray logits, boolean fromSigmoid) {
    NDArray input = fromSigmoid ? Activation.sigmoid(logits) : logits;
    return new SigmoidBinaryCrossEntropyLoss("loss", 1, fromSigmoid).evaluate(new NDList(labels), new NDList(input));
  }
}
JAVA

mvn -q -B dependency:build-classpath -Dmdep.outputFile=classpath >&2
# DJL unpacks the native library into its cache directory.
"${JAVA_HOME:+$JAVA_HOME/bin/}java" -Dai.djl.offline=true -DOPT_OUT_TRACKING=true -DDJL_CACHE_DIR="$folder/cache" -cp "$(cat classpath)" Sign.java 2> messages | tee seen
diff seen - <<'SEEN'
fromSigmoid=false: loss 0.471, predictions 0.94 0.06 0.06
fromSigmoid=true: loss -0.471, predictions 0.00 1.00 1.00
SEEN
