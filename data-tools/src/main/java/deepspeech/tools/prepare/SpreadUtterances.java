package deepspeech.tools.prepare;

import deepspeech.speech.manifest.ManifestLine;
import deepspeech.speech.manifest.Utterance;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** So many utterances of a manifest, evenly spread over it. */
final class SpreadUtterances implements Iterator<Utterance> {
  private final Iterator<ManifestLine> lines;
  private final long utterances;
  private final long wanted;
  private long taken;
  private long passed;

  /**
   * Picks utterances.
   *
   * @param lines malformed ones do not count
   * @param utterances that the lines have
   * @param wanted from 1 to that number
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
