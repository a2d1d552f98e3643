package deepspeech.trainer.training;

import deepspeech.messages.deadletter.SkipReason;
import deepspeech.messages.features.SkippedUtterance;
import java.util.Base64;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Counts the utterances of a run that were left out, each once, however many epochs meet it. Takes
 * a bit a line of the manifest.
 */
final class SkippedUtteranceCounter {
  private final Map<SkipReason, Integer> fromManifest;
  private final Map<SkipReason, Integer> fromBatches = new EnumMap<>(SkipReason.class);
  private final BitSet lines;

  /**
   * Begins to count, or goes on.
   *
   * @param fromManifest what the description of the data set counts already
   * @param before what batches had left out before
   */
  SkippedUtteranceCounter(
      Map<SkipReason, Integer> fromManifest, Optional<SkippedUtterances> before) {
    this.fromManifest = Map.copyOf(fromManifest);
    before.ifPresent(b -> fromBatches.putAll(b.counts()));
    lines =
        before
            .map(b -> BitSet.valueOf(Base64.getDecoder().decode(b.lines())))
            .orElseGet(BitSet::new);
  }

  /**
   * Counts what a batch left out.
   *
   * @return the counts of the reasons that have more now
   */
  Map<SkipReason, Integer> add(List<SkippedUtterance> leftOut) {
    Map<SkipReason, Integer> changed = new EnumMap<>(SkipReason.class);
    for (SkippedUtterance utterance : leftOut) {
      int line = Math.toIntExact(utterance.utterance());
      if (!lines.get(line)) {
        lines.set(line);
        SkipReason reason = utterance.reason();
        int count = fromBatches.merge(reason, 1, Integer::sum);
        changed.put(reason, count + fromManifest.getOrDefault(reason, 0));
      }
    }
    return changed;
  }

  /** All counts. */
  Map<SkipReason, Integer> counts() {
    Map<SkipReason, Integer> counts = new EnumMap<>(SkipReason.class);
    counts.putAll(fromManifest);
    fromBatches.forEach((reason, count) -> counts.merge(reason, count, Integer::sum));
    return counts;
  }

  /** What to go on from. */
  SkippedUtterances soFar() {
    return new SkippedUtterances(
        fromBatches, Base64.getEncoder().encodeToString(lines.toByteArray()));
  }
}
