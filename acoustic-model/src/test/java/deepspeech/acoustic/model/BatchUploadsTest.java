package deepspeech.acoustic.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import deepspeech.acoustic.torchscript.TorchEngine;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BatchUploadsTest {
  private static final RaggedBatch FIRST = batch(1);
  private static final RaggedBatch SECOND = batch(2);

  private final List<RaggedBatch> copied = new ArrayList<>();
  private final List<UploadedBatch> uploaded = new ArrayList<>();
  private RuntimeException failure;

  private BatchUploads uploads(boolean ahead) {
    return new BatchUploads(2, this::upload, ahead);
  }

  private List<UploadedBatch> upload(List<RaggedBatch> shares) {
    if (failure != null) {
      throw failure;
    }
    copied.addAll(shares);
    List<UploadedBatch> result =
        shares.stream()
            .map(
                share -> {
                  NDManager scope = TorchEngine.start().newBaseManager(Device.cpu());
                  NDArray array = scope.create(new Shape(1));
                  return new UploadedBatch(scope, share, array, array, array, array, array);
                })
            .toList();
    uploaded.addAll(result);
    return result;
  }

  private static RaggedBatch batch(int value) {
    short[] features = new short[2 * FeatureBatch.BINS];
    features[0] = (short) value;
    return new RaggedBatch(
        Tensor.f16(features, 2L, FeatureBatch.BINS),
        new int[] {1, 1},
        new int[0],
        new int[] {0, 0});
  }

  private boolean isOpen(int share) {
    return uploaded.get(share).scope().isOpen();
  }

  @Test
  void aBatchIsCopiedOnceWhetherAheadOrNot() {
    // Given
    BatchUploads uploads = uploads(true);

    // When
    List<UploadedBatch> first = uploads.of(FIRST);
    uploads.ahead(() -> Optional.of(SECOND));
    List<UploadedBatch> copiedAhead = List.copyOf(uploaded.subList(2, 4));
    List<UploadedBatch> second = uploads.of(SECOND);
    uploads.close();

    // Then
    assertThat(first).hasSize(2);
    assertThat(second).isEqualTo(copiedAhead);
    assertThat(copied).hasSize(4);
    assertThat(isOpen(2)).isTrue();
  }

  @Test
  void aBatchThatDoesNotComeIsForgotten() {
    // Given
    BatchUploads uploads = uploads(true);
    uploads.ahead(() -> Optional.of(SECOND));

    // When
    List<UploadedBatch> first = uploads.of(FIRST);

    // Then
    assertThat(first.get(0).batch().features()).isEqualTo(FIRST.split(2).get(0).features());
    assertThat(isOpen(0)).isFalse();
    assertThat(isOpen(1)).isFalse();
    assertThat(isOpen(2)).isTrue();
  }

  @Test
  void closingForgetsWhatWasCopiedAhead() {
    // Given
    BatchUploads uploads = uploads(true);
    uploads.ahead(() -> Optional.of(SECOND));

    // When
    uploads.close();

    // Then
    assertThat(isOpen(0)).isFalse();
  }

  @Test
  void aBatchThatIsNotThereIsCopiedWhenItIsNeeded() {
    // Given
    BatchUploads uploads = uploads(true);
    uploads.ahead(Optional::empty);

    // When
    List<UploadedBatch> first = uploads.of(FIRST);

    // Then
    assertThat(first).hasSize(2);
  }

  @Test
  void aLackOfMemoryForTheNextBatchIsNoFailureUntilTheBatchIsNeeded() {
    // Given
    BatchUploads uploads = uploads(true);
    failure = OutOfMemoryException.of(new EngineException("CUDA out of memory"));
    uploads.ahead(() -> Optional.of(SECOND));
    failure = null;

    // When
    List<UploadedBatch> second = uploads.of(SECOND);

    // Then
    assertThat(second).hasSize(2);
  }

  @Test
  void anyOtherFailureOfACopyIsAFailure() {
    // Given
    BatchUploads uploads = uploads(true);
    failure = new EngineException("CUDA error: an illegal memory access was encountered");

    // When
    var thrown = assertThatThrownBy(() -> uploads.ahead(() -> Optional.of(SECOND)));

    // Then
    thrown.isSameAs(failure);
  }

  @Test
  void nothingIsAskedForAheadWhereItWouldSaveNothing() {
    // Given
    BatchUploads uploads = uploads(false);

    // When
    uploads.ahead(
        () -> {
          throw new AssertionError("asked for the next batch");
        });

    // Then
    assertThat(copied).isEmpty();
  }
}
