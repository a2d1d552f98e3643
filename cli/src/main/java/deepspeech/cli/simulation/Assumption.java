package deepspeech.cli.simulation;

/**
 * A figure that a forecast rests on.
 *
 * @param subject what it is
 * @param value with its unit
 * @param source where it was measured, which option gives it, or that it is assumed
 */
record Assumption(String subject, String value, String source) {}
