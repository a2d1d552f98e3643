#!/usr/bin/env bash
# DJL 0.35.1: where a model is trained on several devices, the optimizer counts one update of a parameter as one for each device.
# Its replicas are then updated with different learning rates in the same step, unless the rate is fixed, so that the devices no
# longer hold the same weights; and every schedule ends as many times too early as there are devices. Adam takes the count for its
# bias correction too. The replicas drift apart silently.
#
# Expected: that the replicas of a parameter, which get the same averaged or summed gradient, stay equal, and that a schedule over n
# updates lasts n steps on any number of devices.
#
# Seen, two replicas of one weight after each of three steps with a gradient of 1, and the updates that the schedule was asked for:
#   fixed rate 1: -1.000 -1.000, -2.000 -2.000, -3.000 -3.000; updates 1 2 3 4 5 6
#   rate 1 / update: -1.000 -0.500, -1.333 -0.750, -1.533 -0.917; updates 1 2 3 4 5 6
# Both replicas are on the CPU here, which makes no difference: the optimizer is SGD without momentum, which keeps nothing for a
# device.
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

cat > Replicas.java <<'JAVA'
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterServer;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.Locale;

public class Replicas {
  static final int STEPS = 3;

  public static void main(String[] arguments) {
    train("fixed rate 1", update -> 1);
    train("rate 1 / update", update -> 1f / update);
  }

  static void train(String name, Tracker schedule) {
    StringBuilder updates = new StringBuilder();
    Tracker observed =
        update -> {
          updates.append(' ').append(update);
          return schedule.getNewValue(update);
        };
    Optimizer optimizer = Optimizer.sgd().setLearningRateTracker(observed).build();
    try (NDManager manager = NDManager.newBaseManager();
        ParameterServer server = Engine.getInstance().newParameterServer(optimizer)) {
      NDArray[] replicas = {replica(manager), replica(manager)};
      server.init("weight", replicas);
      StringBuilder weights = new StringBuilder();
      for (int step = 0; step < STEPS; step++) {
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
          // Each replica sees half of the batch; the server adds up the gradients.
          collector.backward(replicas[0].sum().add(replicas[1].sum()).mul(0.5));
        }
        server.update("weight", new NDArray[] {replicas[0].getGradient(), replicas[1].getGradient()}, replicas);
        weights.append(
            String.format(Locale.ROOT, "%s %.3f %.3f", step == 0 ? "" : ",", value(replicas[0]), value(replicas[1])));
      }
      System.out.println(name + ":" + weights + "; updates" + updates);
    }
  }

  static NDArray replica(NDManager manager) {
    NDArray replica = manager.create(new float[] {0});
    replica.setRequiresGradient(true);
    return replica;
  }

  static float value(NDArray replica) {
    return replica.stopGradient().getFloat();
  }
}
JAVA

mvn -q -B dependency:build-classpath -Dmdep.outputFile=classpath >&2
# DJL unpacks the native library into its cache directory.
"${JAVA_HOME:+$JAVA_HOME/bin/}java" -Dai.djl.offline=true -DOPT_OUT_TRACKING=true -DDJL_CACHE_DIR="$folder/cache" -cp "$(cat classpath)" Replicas.java 2> messages | tee seen
diff seen - <<'SEEN'
fixed rate 1: -1.000 -1.000, -2.000 -2.000, -3.000 -3.000; updates 1 2 3 4 5 6
rate 1 / update: -1.000 -0.500, -1.333 -0.750, -1.533 -0.917; updates 1 2 3 4 5 6
SEEN
