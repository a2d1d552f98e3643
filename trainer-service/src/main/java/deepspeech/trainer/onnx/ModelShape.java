package deepspeech.trainer.onnx;

/**
 * The sizes that determine every parameter's shape.
 *
 * @param numConvLayers at least 1
 * @param numRnnLayers at least 1
 * @param rnnLayerSize hidden units of each direction of a layer
 * @param vocabularySize tokens with the blank
 */
public record ModelShape(
    int numConvLayers, int numRnnLayers, int rnnLayerSize, int vocabularySize) {
  public ModelShape {
    atLeast(1, "num_conv_layers", numConvLayers);
    atLeast(1, "num_rnn_layers", numRnnLayers);
    atLeast(1, "rnn_layer_size", rnnLayerSize);
    atLeast(2, "vocabulary size", vocabularySize);
  }

  private static void atLeast(int least, String name, int value) {
    if (value < least) {
      throw new IllegalArgumentException(name + " is " + value + ", allowed is at least " + least);
    }
  }
}
