package deepspeech.cli.corpus;

/**
 * A voice made from the one voice of the synthesiser.
 *
 * @param name a-z and digits
 * @param pitchHz mean fundamental frequency as heard, in Hz
 * @param pitchRangeHz spread of the fundamental frequency around it, in Hz
 * @param wordsPerMinute speaking rate as heard
 * @param formantScale factor on every resonance of the vocal tract, reached by resampling: below 1
 *     as of a longer tract, above 1 as of a shorter one
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
