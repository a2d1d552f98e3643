#!/usr/bin/env bash
# DJL 0.35.1: Adam and AdamW correct the bias of a parameter's moments by the steps of the whole optimizer. A parameter that
# joins later, because its layer was frozen until then or received no gradient, has moments of no step and the correction of many,
# which is next to none. Its first steps are 2.5 to 4.3 times the learning rate. Only parameters that join at the first step move
# as Adam should.
#
# Expected: a first step of the learning rate for each parameter, whatever the size of its gradient, as Adam's correction is for
# (Kingma and Ba, section 3), and as PyTorch does, whose optimizers count the steps of each parameter.
#
# Seen, steps as multiples of the learning rate, with a constant gradient of 1 and no weight decay:
#   Adam, from the first step: 1.00 1.00 1.00 1.00
#   Adam, joined after 1000 steps of another parameter: 2.51 3.38 3.94 4.33
#   AdamW, from the first step: 1.00 1.00 1.00 1.00
#   AdamW, joined after 1000 steps of another parameter: 2.51 3.38 3.94 4.33
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

cat > LateParameter.java <<'JAVA'
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.Locale;

public class LateParameter {
  static final float RATE = 0.01f;
  static final int STEPS = 4;

  public static void main(String[] arguments) {
    try (NDManager manager = NDManager.newBaseManager()) {
      report(manager, "Adam", Optimizer.adam().optLearningRateTracker(Tracker.fixed(RATE)).build());
      report(
          manager,
          "AdamW",
          Optimizer.adamW().optLearningRateTracker(Tracker.fixed(RATE)).optWeightDecays(0).build());
    }
  }

  static void report(NDManager manager, String name, Optimizer optimizer) {
    NDArray early = parameter(manager);
    System.out.println(name + ", from the first step:" + steps(optimizer, "early", early));
    for (int step = STEPS; step < 1000; step++) {
      update(optimizer, "early", early);
    }
    System.out.println(
        name + ", joined after 1000 steps of another parameter:" + steps(optimizer, "late", parameter(manager)));
  }

  static String steps(Optimizer optimizer, String id, NDArray parameter) {
    StringBuilder steps = new StringBuilder();
    for (int step = 0; step < STEPS; step++) {
      float before = parameter.stopGradient().getFloat();
      update(optimizer, id, parameter);
      steps.append(String.format(Locale.ROOT, " %.2f", (before - parameter.stopGradient().getFloat()) / RATE));
    }
    return steps.toString();
  }

  static void update(Optimizer optimizer, String id, NDArray parameter) {
    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      collector.backward(parameter.sum());
    }
    optimizer.update(id, parameter, parameter.getGradient());
  }

  static NDArray parameter(NDManager manager) {
    NDArray parameter = manager.create(new float[] {0});
    parameter.setRequiresGradient(true);
    return parameter;
  }
}
JAVA

mvn -q -B dependency:build-classpath -Dmdep.outputFile=classpath >&2
# DJL unpacks the native library into its cache directory.
"${JAVA_HOME:+$JAVA_HOME/bin/}java" -Dai.djl.offline=true -DOPT_OUT_TRACKING=true -DDJL_CACHE_DIR="$folder/cache" -cp "$(cat classpath)" LateParameter.java 2> messages | tee seen
diff seen - <<'SEEN'
Adam, from the first step: 1.00 1.00 1.00 1.00
Adam, joined after 1000 steps of another parameter: 2.51 3.38 3.94 4.33
AdamW, from the first step: 1.00 1.00 1.00 1.00
AdamW, joined after 1000 steps of another parameter: 2.51 3.38 3.94 4.33
SEEN
