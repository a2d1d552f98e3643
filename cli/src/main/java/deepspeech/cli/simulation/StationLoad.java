package deepspeech.cli.simulation;

/**
 * What a station of the pipeline can do.
 *
 * @param name what it is, in words
 * @param size how many there are and how fast, in words
 * @param capacity seconds of audio per second, of all runs together
 */
record StationLoad(String name, String size, double capacity) {}
