package deepspeech.cli.corpus;

/**
 * A voice that is derived from the synthesiser's single voice.
 *
 * @param name a letter a-z, then letters a-z and digits
 * @param pitchHz mean fundamental frequency of the result, in Hz, 60 to 300
 * @param pitchRangeHz spread of the fundamental frequency around its mean, in Hz, 0 to 40
 * @param wordsPerMinute speaking rate of the result, 80 to 300
 * @param formantScale factor on every resonance of the vocal tract, applied by resampling, 0.8 to
 *     1.25: a value below 1 gives a longer tract, a value above 1 a shorter one
 */
record PseudoSpeaker(
    String name, double pitchHz, double pitchRangeHz, double wordsPerMinute, double formantScale) {
  PseudoSpeaker {
    require(name.matches("[a-z][a-z0-9]*"), "name", name, "a-z and digits");
    require(pitchHz >= 60 && pitchHz <= 300, "pitchHz", pitchHz, "60 to 300");
    require(pitchRangeHz >= 0 && pitchRangeHz <= 40, "pitchRangeHz", pitchRangeHz, "0 to 40");
    require(
        wordsPerMinute >= 80 && wordsPerMinute <= 300,
        "wordsPerMinute",
        wordsPerMinute,
        "80 to 300");
    require(
        formantScale >= 0.8 && formantScale <= 1.25, "formantScale", formantScale, "0.8 to 1.25");
  }

  private static void require(boolean holds, String field, Object value, String allowed) {
    if (!holds) {
      throw new IllegalArgumentException(field + ": " + value + " given, allowed: " + allowed);
    }
  }
}
