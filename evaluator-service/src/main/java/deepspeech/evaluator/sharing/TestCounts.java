package deepspeech.evaluator.sharing;

import com.fasterxml.jackson.annotation.JsonProperty;
import deepspeech.evaluator.scoring.CorpusCounts;
import deepspeech.evaluator.scoring.TranscriptSamples;
import deepspeech.messages.evaluation.SampleTranscript;
import java.util.List;

/**
 * The result of a test, or of one of its ranges.
 *
 * @param skipped number of utterances of its batches that were skipped
 * @param samples a choice of transcripts, in the order of the manifest
 */
public record TestCounts(
    CorpusCounts corpus, @JsonProperty("left_out") int skipped, List<SampleTranscript> samples) {
  public TestCounts {
    samples = List.copyOf(samples);
  }

  /**
   * The result of a whole test.
   *
   * @param wanted number of transcripts to choose
   */
  static TestCounts sum(List<TestCounts> ranges, int wanted) {
    CorpusCounts corpus = CorpusCounts.NONE;
    int skipped = 0;
    TranscriptSamples samples = new TranscriptSamples(wanted);
    for (TestCounts range : ranges) {
      corpus = corpus.plus(range.corpus);
      skipped += range.skipped;
      range.samples.forEach(samples::offer);
    }
    return new TestCounts(corpus, skipped, samples.chosen());
  }
}
