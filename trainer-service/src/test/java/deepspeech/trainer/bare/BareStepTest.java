package deepspeech.trainer.bare;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.acoustic.model.Devices;
import deepspeech.acoustic.model.ModelShape;
import deepspeech.acoustic.model.RaggedBatch;
import deepspeech.acoustic.model.TrainableModel;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BareStepTest {
  private static final ModelShape SHAPE = new ModelShape(1, 1, 8, 4);

  private final List<String> rates = new ArrayList<>();

  @Test
  void batchesThatARunAccumulatesMakeOneStepHereToo() {
    // Given two epochs, of which the first one has no utterances in its batch 3
    List<HeldBatches.Held> batches =
        List.of(held(1, 0), held(1, 1), held(1, 2), held(1, 4), held(2, 0), held(2, 1));
    try (TrainableModel model = TrainableModel.initialise(SHAPE, 1, Devices.CPU);
        TrainableModel expected = TrainableModel.initialise(SHAPE, 1, Devices.CPU)) {
      step(expected, batches.subList(0, 2));
      step(expected, batches.subList(2, 3));
      step(expected, batches.subList(3, 4));
      step(expected, batches.subList(4, 6));

      // When
      List<MeasuredStep> steps =
          BareStep.train(
              model,
              batches,
              (epoch, step) -> {
                rates.add(epoch + "/" + step);
                return 1e-3;
              },
              2);

      // Then
      assertThat(model.parameters()).isEqualTo(expected.parameters());
      assertThat(rates).containsExactly("1/0", "1/1", "1/2", "2/0");
      assertThat(steps)
          .extracting(step -> step.epoch() + "/" + step.batch() + " " + step.utterances())
          .containsExactly("1/1 4", "1/2 2", "1/4 2", "2/1 4");
    }
  }

  private static void step(TrainableModel model, List<HeldBatches.Held> batches) {
    batches.forEach(batch -> model.add(batch.features()));
    assertThat(model.step(1e-3).skipped()).isFalse();
  }

  /** Two utterances of noise. */
  private static HeldBatches.Held held(int epoch, int batch) {
    int[] frames = {40, 31};
    Random random = new Random(epoch * 10 + batch);
    float[] values = new float[71 * FeatureBatch.BINS];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return new HeldBatches.Held(
        epoch,
        batch,
        new RaggedBatch(
            Tensor.f32(values, 71, FeatureBatch.BINS),
            frames,
            new int[] {1, 2, 3},
            new int[] {2, 1}));
  }
}
