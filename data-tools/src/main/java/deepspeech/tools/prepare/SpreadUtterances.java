package deepspeech.tools.prepare;

import deepspeech.speech.manifest.ManifestLine;
import deepspeech.speech.manifest.Utterance;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** A number of utterances of a manifest, evenly spread over it. */
final class SpreadUtterances implements Iterator<Utterance> {
  private final Iterator<ManifestLine> lines;
  private final long utterances;
  private final long wanted;
  private long taken;
  private long passed;

  /**
   * Selects utterances.
   *
   * @param lines the lines of the manifest; malformed lines do not count
   * @param utterances the number of utterances in the lines
   * @param wanted the number of utterances to select, from 1 to {@code utterances}
   */
  SpreadUtterances(Iterator<ManifestLine> lines, long utterances, long wanted) {
    this.lines = lines;
    this.utterances = utterances;
    this.wanted = wanted;
  }

  @Override
  public boolean hasNext() {
    return taken < wanted;
  }

  @Override
  public Utterance next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    long index = taken++ * utterances / wanted;
    Utterance utterance = wellFormed();
    while (passed++ < index) {
      utterance = wellFormed();
    }
    return utterance;
  }

  private Utterance wellFormed() {
    Utterance utterance;
    do {
      utterance = lines.next().utterance();
    } while (utterance == null);
    return utterance;
  }
}
