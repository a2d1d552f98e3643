package deepspeech.trainer.training;

import deepspeech.messages.deadletter.LeftOutReason;
import deepspeech.messages.features.LeftOut;
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
final class LeftOutTally {
  private final Map<LeftOutReason, Integer> fromManifest;
  private final Map<LeftOutReason, Integer> fromBatches = new EnumMap<>(LeftOutReason.class);
  private final BitSet lines;

  /**
   * Begins to count, or goes on.
   *
   * @param fromManifest what the description of the data set counts already
   * @param before what batches had left out before
   */
  LeftOutTally(Map<LeftOutReason, Integer> fromManifest, Optional<LeftOutSoFar> before) {
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
  Map<LeftOutReason, Integer> add(List<LeftOut> leftOut) {
    Map<LeftOutReason, Integer> changed = new EnumMap<>(LeftOutReason.class);
    for (LeftOut utterance : leftOut) {
      int line = Math.toIntExact(utterance.utterance());
      if (!lines.get(line)) {
        lines.set(line);
        LeftOutReason reason = utterance.reason();
        int count = fromBatches.merge(reason, 1, Integer::sum);
        changed.put(reason, count + fromManifest.getOrDefault(reason, 0));
      }
    }
    return changed;
  }

  /** All counts. */
  Map<LeftOutReason, Integer> counts() {
    Map<LeftOutReason, Integer> counts = new EnumMap<>(LeftOutReason.class);
    counts.putAll(fromManifest);
    fromBatches.forEach((reason, count) -> counts.merge(reason, count, Integer::sum));
    return counts;
  }

  /** What to go on from. */
  LeftOutSoFar soFar() {
    return new LeftOutSoFar(fromBatches, Base64.getEncoder().encodeToString(lines.toByteArray()));
  }
}
