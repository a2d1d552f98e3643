package deepspeech.trainer.training;

import deepspeech.messages.features.SkipReason;
import deepspeech.messages.features.SkippedUtterance;
import java.util.Base64;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Counts the skipped utterances of a run. Each counts once, however many epochs contain it. Uses
 * one bit per line of the manifest.
 */
final class SkippedUtteranceCounter {
  private final Map<SkipReason, Integer> fromManifest;
  private final Map<SkipReason, Integer> fromBatches = new EnumMap<>(SkipReason.class);
  private final BitSet lines;

  /**
   * Starts to count, or resumes.
   *
   * @param fromManifest the counts in the description of the data set
   * @param before the utterances that batches have skipped before
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
   * Adds the utterances that a batch skipped.
   *
   * @return the new counts of the reasons whose count has increased
   */
  Map<SkipReason, Integer> add(List<SkippedUtterance> skipped) {
    Map<SkipReason, Integer> changed = new EnumMap<>(SkipReason.class);
    for (SkippedUtterance utterance : skipped) {
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

  /** Returns all counts by reason. */
  Map<SkipReason, Integer> counts() {
    Map<SkipReason, Integer> counts = new EnumMap<>(SkipReason.class);
    counts.putAll(fromManifest);
    fromBatches.forEach((reason, count) -> counts.merge(reason, count, Integer::sum));
    return counts;
  }

  /** Returns the state to resume from. */
  SkippedUtterances soFar() {
    return new SkippedUtterances(
        fromBatches, Base64.getEncoder().encodeToString(lines.toByteArray()));
  }
}
