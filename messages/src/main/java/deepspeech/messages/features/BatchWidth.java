package deepspeech.messages.features;

/**
 * How many feature frames wide a batch lies in the trainer's memory: as wide as its longest
 * utterance, rounded up as {@code rectangle_width} in the trainer's {@code packing.py} does. This
 * is what {@code max_batch_frames} counts.
 */
public final class BatchWidth {
  /** The slowest speed that an augmentation file may ask for. */
  public static final double SLOWEST_SPEED = 0.9;

  private static final int STEP = 24;
  private static final int FRAMES_A_SECOND = 100;
  private static final double ROUNDING_ERROR = 1e-6;

  private BatchWidth() {}

  /**
   * The width of a batch.
   *
   * @param frames of its longest utterance, from 1
   */
  public static int of(int frames) {
    return (frames + STEP - 1) / STEP * STEP;
  }

  /**
   * The most frames that audio of a duration can have, where the duration may be short of the
   * audio's by as much as the hundredth of a second that manifests round to.
   *
   * @param seconds from 0
   * @return from 1
   */
  public static int frames(double seconds) {
    return Math.max(1, (int) Math.ceil(seconds * FRAMES_A_SECOND - ROUNDING_ERROR));
  }
}
