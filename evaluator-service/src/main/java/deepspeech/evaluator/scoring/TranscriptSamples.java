package deepspeech.evaluator.scoring;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.evaluation.SampleTranscript;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * Chooses the transcripts to show. The choice depends only on the line numbers of the utterances,
 * neither on their order nor on the recognised texts, so that it is the same at each checkpoint. A
 * hash spreads the choice over the test set.
 */
public final class TranscriptSamples {
  private static final Comparator<SampleTranscript> BY_HASH =
      Comparator.comparingLong((SampleTranscript sample) -> hash(sample.utterance()))
          .thenComparingLong(SampleTranscript::utterance);

  private final int wanted;
  private final TreeSet<SampleTranscript> chosen = new TreeSet<>(BY_HASH);

  /**
   * Creates an empty choice.
   *
   * @param wanted number of transcripts to choose, from 0
   */
  public TranscriptSamples(int wanted) {
    InvalidMessageException.require(wanted >= 0, "samples", wanted, "a whole number from 0");
    this.wanted = wanted;
  }

  /** Offers a transcript, which may be chosen. */
  public void offer(SampleTranscript transcript) {
    chosen.add(transcript);
    if (chosen.size() > wanted) {
      chosen.pollLast();
    }
  }

  /** The chosen transcripts in the order of the test manifest. */
  public List<SampleTranscript> chosen() {
    return chosen.stream().sorted(Comparator.comparingLong(SampleTranscript::utterance)).toList();
  }

  /** The finaliser of SplitMix64 (Steele, Lea and Flood 2014). */
  private static long hash(long value) {
    long mixed = value + 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
