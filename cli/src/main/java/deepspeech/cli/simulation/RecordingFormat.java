package deepspeech.cli.simulation;

import java.util.Locale;

/** The format of the recordings, which decides what data-prep takes to decode them. */
public enum RecordingFormat {
  /** 16 kHz. */
  WAV(1000 / MeasuredFigure.WAV.value()),
  /** 16 kHz. */
  FLAC(MeasuredFigure.FLAC.value()),
  /** 48 kHz, 64 kbit/s. */
  MP3(MeasuredFigure.MP3.value()),
  /** 48 kHz. */
  VORBIS(MeasuredFigure.VORBIS.value()),
  /** 32 kbit/s. */
  OPUS(MeasuredFigure.OPUS.value());

  private final double millis;

  RecordingFormat(double millis) {
    this.millis = millis;
  }

  /** Seconds of CPU per second of audio that decoding takes in addition to that of 16 kHz WAV. */
  double extraSeconds() {
    return (millis - WAV.millis) / 1000;
  }

  MeasuredFigure figure() {
    return MeasuredFigure.valueOf(name());
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
