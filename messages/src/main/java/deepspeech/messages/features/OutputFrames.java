package deepspeech.messages.features;

/**
 * The number of output frames of the model, and the number that CTC needs for labels. Only the
 * first convolution strides in time: kernel 11, padding 5, stride 3.
 */
public final class OutputFrames {
  private OutputFrames() {}

  /**
   * The number of output frames of an utterance.
   *
   * @param frames feature frames of 10 ms, from 1
   * @return output frames of 30 ms, from 1
   */
  public static int of(int frames) {
    return (frames - 1) / 3 + 1;
  }

  /**
   * The number of output frames that CTC needs: one per label, and a blank between equal neighbours
   * (Graves et al. 2006, section 3.1).
   *
   * @param labels token indices without blanks
   */
  public static int neededFor(int[] labels) {
    int needed = labels.length;
    for (int i = 1; i < labels.length; i++) {
      if (labels[i] == labels[i - 1]) {
        needed++;
      }
    }
    return needed;
  }
}
