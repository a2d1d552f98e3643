package deepspeech.benchmark.decode;

import java.util.List;

/**
 * An audio format to decode.
 *
 * @param name name of the row in the table
 * @param ending file name extension
 * @param encoder options with which ffmpeg makes the format
 */
record DecodedFormat(String name, String ending, List<String> encoder) {
  static final List<DecodedFormat> ALL =
      List.of(
          new DecodedFormat("FLAC 16 kHz", "flac", List.of("-ar", "16000", "-c:a", "flac")),
          new DecodedFormat(
              "MP3 48 kHz, 64 kbit/s", "mp3", List.of("-c:a", "libmp3lame", "-b:a", "64k")),
          new DecodedFormat(
              "MP3 16 kHz, 32 kbit/s",
              "mp3",
              List.of("-ar", "16000", "-c:a", "libmp3lame", "-b:a", "32k")),
          new DecodedFormat("Vorbis 48 kHz", "ogg", List.of("-c:a", "libvorbis", "-q:a", "4")),
          new DecodedFormat("Opus, 32 kbit/s", "opus", List.of("-c:a", "libopus", "-b:a", "32k")),
          new DecodedFormat("WAV 44.1 kHz", "wav", List.of("-ar", "44100", "-c:a", "pcm_s16le")),
          new DecodedFormat("WAV 48 kHz", "wav", List.of("-c:a", "pcm_s16le")));
}
