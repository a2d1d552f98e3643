package deepspeech.messages.configuration;

/**
 * The greatest values of arguments that also have options of their own, such as in a simulation.
 */
public final class ArgumentMaximum {
  public static final int AVERAGE_CHECKPOINTS = 100;
  public static final int BATCH_SIZE = 1024;
  public static final int CHECKPOINT_INTERVAL = 1_000_000_000;
  public static final int NUM_RNN_LAYERS = 12;
  public static final int RNN_LAYER_SIZE = 8192;

  private ArgumentMaximum() {}
}
