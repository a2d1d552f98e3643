package deepspeech.dataprep.audio;

import deepspeech.messages.deadletter.LeftOutReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Reads audio files as mono audio of one sample rate. The content of a file, never its name,
 * decides how it is decoded.
 *
 * <p>Instances can be shared between threads.
 */
public final class AudioReader {
  private static final long MAX_FILE_BYTES = 1L << 28;

  private final List<AudioDecoder> decoders = List.of(new WavDecoder(), new FlacDecoder());
  private final Map<Integer, Resampler> resamplers = new ConcurrentHashMap<>();
  private final int sampleRate;
  private final double maxSeconds;

  /**
   * Makes a reader.
   *
   * @param sampleRate the rate of everything that it returns, samples a second
   * @param maxSeconds longer audio is refused, before memory is allocated for it
   */
  public AudioReader(int sampleRate, double maxSeconds) {
    this.sampleRate = sampleRate;
    this.maxSeconds = maxSeconds;
  }

  /**
   * Reads a file.
   *
   * @return mono audio at the reader's sample rate
   * @throws UnusableAudioException if the file is missing, broken, of an unknown format or too
   *     long; the message names the file
   */
  public Waveform read(Path file) throws UnusableAudioException {
    return atSampleRate(decode(content(file)));
  }

  private static byte[] content(Path file) throws UnusableAudioException {
    try {
      if (Files.isDirectory(file)) {
        throw new UnusableAudioException(
            LeftOutReason.MISSING_AUDIO, "is a directory, not an audio file");
      }
      long size = Files.size(file);
      if (size > MAX_FILE_BYTES) {
        throw new UnusableAudioException(
            LeftOutReason.TOO_LONG,
            "the file has %d bytes; at most %d can be used".formatted(size, MAX_FILE_BYTES));
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new UnusableAudioException(
          LeftOutReason.MISSING_AUDIO, "the audio file does not exist", e);
    } catch (IOException e) {
      throw new UnusableAudioException(
          LeftOutReason.MISSING_AUDIO, "the audio file cannot be read", e);
    }
  }

  private Waveform decode(byte[] content) throws UnusableAudioException {
    if (content.length == 0) {
      throw UnusableAudioException.broken("the file is empty");
    }
    for (AudioDecoder decoder : decoders) {
      if (decoder.recognises(content)) {
        return decoder.decode(content, maxSeconds);
      }
    }
    throw UnusableAudioException.broken(
        "the content is of no known audio format; allowed are WAV and FLAC");
  }

  private Waveform atSampleRate(Waveform waveform) {
    if (waveform.sampleRate() == sampleRate) {
      return waveform;
    }
    Resampler resampler =
        resamplers.computeIfAbsent(waveform.sampleRate(), rate -> new Resampler(rate, sampleRate));
    return new Waveform(resampler.resample(waveform.samples()), sampleRate);
  }
}
