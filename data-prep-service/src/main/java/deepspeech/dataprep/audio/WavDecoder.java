package deepspeech.dataprep.audio;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Decodes RIFF/WAVE files: 8-bit unsigned and 16, 24 and 32-bit signed PCM, 32 and 64-bit float,
 * plain or {@code WAVE_FORMAT_EXTENSIBLE}, any channel count, chunks in any order.
 *
 * <p>Source: Multimedia Programming Interface and Data Specifications 1.0 (IBM and Microsoft,
 * 1991), "RIFF WAVE"; Microsoft, "Multiple Channel Audio Data and WAVE Files" (the extensible
 * format). A data chunk of size 0xFFFFFFFF, as streaming writers leave it, goes to the end of the
 * file; any other size that the file does not have is refused.
 */
final class WavDecoder implements AudioDecoder {
  private static final int RIFF = fourCc("RIFF");
  private static final int WAVE = fourCc("WAVE");
  private static final int FMT = fourCc("fmt ");
  private static final int DATA = fourCc("data");

  private static final int FORMAT_PCM = 1;
  private static final int FORMAT_FLOAT = 3;
  private static final int FORMAT_EXTENSIBLE = 0xFFFE;
  private static final int EXTENSIBLE_FMT_SIZE = 40;

  /** The last 14 bytes of every sub-format identifier that stands for a plain format code. */
  private static final byte[] SUB_FORMAT_TAIL = {
    0, 0, 0, 0, 0x10, 0, (byte) 0x80, 0, 0, (byte) 0xAA, 0, 0x38, (byte) 0x9B, 0x71
  };

  private static final long UNKNOWN_SIZE = 0xFFFFFFFFL;

  @Override
  public boolean recognises(byte[] content) {
    return content.length >= 12
        && buffer(content).getInt(0) == RIFF
        && buffer(content).getInt(8) == WAVE;
  }

  @Override
  public Waveform decode(byte[] content, double maxSeconds) throws UnusableAudioException {
    ByteBuffer file = buffer(content);
    Format format = null;
    ByteBuffer data = null;
    int position = 12;
    while ((format == null || data == null) && position < content.length) {
      if (content.length - position < 8) {
        throw UnusableAudioException.broken(
            "the WAV file ends inside a chunk header at byte " + position);
      }
      int id = file.getInt(position);
      long size = file.getInt(position + 4) & 0xFFFFFFFFL;
      int start = position + 8;
      long available = (long) content.length - start;
      if (id == DATA && size == UNKNOWN_SIZE) {
        size = available;
      }
      if (size > available) {
        throw UnusableAudioException.broken(
            "the WAV chunk '%s' claims %d bytes but the file has %d left: truncated or a wrong header"
                .formatted(chunkName(id), size, available));
      }
      if (id == FMT) {
        format = format(file.slice(start, (int) size).order(ByteOrder.LITTLE_ENDIAN));
      } else if (id == DATA) {
        data = file.slice(start, (int) size).order(ByteOrder.LITTLE_ENDIAN);
      }
      position = (int) Math.min(content.length, start + size + (size & 1));
    }
    if (format == null) {
      throw UnusableAudioException.broken("the WAV file has no 'fmt ' chunk");
    }
    if (data == null) {
      throw UnusableAudioException.broken("the WAV file has no 'data' chunk");
    }
    int frames = data.capacity() / format.bytesPerFrame();
    AudioLimits.check(frames, format.sampleRate(), maxSeconds);
    return new Waveform(samples(data, format, frames), (int) format.sampleRate());
  }

  private static Format format(ByteBuffer chunk) throws UnusableAudioException {
    if (chunk.capacity() < 16) {
      throw UnusableAudioException.broken(
          "the WAV chunk 'fmt ' has %d bytes; it needs at least 16".formatted(chunk.capacity()));
    }
    int code = chunk.getShort(0) & 0xFFFF;
    int channels = chunk.getShort(2) & 0xFFFF;
    long sampleRate = chunk.getInt(4) & 0xFFFFFFFFL;
    int bytesPerFrame = chunk.getShort(12) & 0xFFFF;
    int bits = chunk.getShort(14) & 0xFFFF;
    if (code == FORMAT_EXTENSIBLE) {
      code = extensibleCode(chunk);
    }
    if (channels == 0) {
      throw UnusableAudioException.broken("the WAV header gives 0 channels");
    }
    Encoding encoding = Encoding.of(code, bits);
    if (bytesPerFrame != channels * encoding.bytes()) {
      throw UnusableAudioException.broken(
          "the WAV header gives %d bytes a frame; %d channels of %d bits make %d"
              .formatted(bytesPerFrame, channels, bits, channels * encoding.bytes()));
    }
    return new Format(encoding, channels, sampleRate);
  }

  private static int extensibleCode(ByteBuffer chunk) throws UnusableAudioException {
    if (chunk.capacity() < EXTENSIBLE_FMT_SIZE) {
      throw UnusableAudioException.broken(
          "the extensible WAV chunk 'fmt ' has %d bytes; it needs %d"
              .formatted(chunk.capacity(), EXTENSIBLE_FMT_SIZE));
    }
    for (int i = 0; i < SUB_FORMAT_TAIL.length; i++) {
      if (chunk.get(26 + i) != SUB_FORMAT_TAIL[i]) {
        throw UnusableAudioException.broken(
            "the extensible WAV sub-format is not a PCM or float one");
      }
    }
    return chunk.getShort(24) & 0xFFFF;
  }

  private static float[] samples(ByteBuffer data, Format format, int frames)
      throws UnusableAudioException {
    float[] samples = new float[frames];
    int channels = format.channels();
    if (format.encoding() == Encoding.PCM_16 && channels == 1) {
      for (int i = 0; i < frames; i++) {
        samples[i] = data.getShort(2 * i) * 0x1p-15f;
      }
      return samples;
    }
    int at = 0;
    for (int i = 0; i < frames; i++) {
      double sum = 0;
      for (int channel = 0; channel < channels; channel++) {
        sum += format.encoding().amplitude(data, at);
        at += format.encoding().bytes();
      }
      samples[i] = (float) (sum / channels);
      if (!Float.isFinite(samples[i])) {
        throw UnusableAudioException.broken(
            "sample %d of the WAV file is not a finite number".formatted(i));
      }
    }
    return samples;
  }

  private static ByteBuffer buffer(byte[] content) {
    return ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int fourCc(String name) {
    return name.charAt(0) | name.charAt(1) << 8 | name.charAt(2) << 16 | name.charAt(3) << 24;
  }

  private static String chunkName(int id) {
    StringBuilder name = new StringBuilder();
    for (int shift = 0; shift < 32; shift += 8) {
      int c = id >> shift & 0xFF;
      name.append(c >= 0x20 && c < 0x7F ? (char) c : '?');
    }
    return name.toString();
  }

  private record Format(Encoding encoding, int channels, long sampleRate) {
    int bytesPerFrame() {
      return channels * encoding.bytes();
    }
  }

  private enum Encoding {
    PCM_8(FORMAT_PCM, 8) {
      @Override
      double amplitude(ByteBuffer data, int at) {
        return ((data.get(at) & 0xFF) - 128) * 0x1p-7;
      }
    },
    PCM_16(FORMAT_PCM, 16) {
      @Override
      double amplitude(ByteBuffer data, int at) {
        return data.getShort(at) * 0x1p-15;
      }
    },
    PCM_24(FORMAT_PCM, 24) {
      @Override
      double amplitude(ByteBuffer data, int at) {
        int low = data.getShort(at) & 0xFFFF;
        return (data.get(at + 2) * 0x10000 + low) * 0x1p-23;
      }
    },
    PCM_32(FORMAT_PCM, 32) {
      @Override
      double amplitude(ByteBuffer data, int at) {
        return data.getInt(at) * 0x1p-31;
      }
    },
    FLOAT_32(FORMAT_FLOAT, 32) {
      @Override
      double amplitude(ByteBuffer data, int at) {
        return data.getFloat(at);
      }
    },
    FLOAT_64(FORMAT_FLOAT, 64) {
      @Override
      double amplitude(ByteBuffer data, int at) {
        return data.getDouble(at);
      }
    };

    private final int code;
    private final int bits;

    Encoding(int code, int bits) {
      this.code = code;
      this.bits = bits;
    }

    abstract double amplitude(ByteBuffer data, int at);

    int bytes() {
      return bits / 8;
    }

    static Encoding of(int code, int bits) throws UnusableAudioException {
      for (Encoding encoding : values()) {
        if (encoding.code == code && encoding.bits == bits) {
          return encoding;
        }
      }
      throw UnusableAudioException.broken(
          "WAV format code %d with %d bits is not supported; allowed are PCM (1) with 8, 16, 24 or 32 bits and float (3) with 32 or 64 bits"
              .formatted(code, bits));
    }
  }
}
