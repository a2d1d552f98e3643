package deepspeech.speech.audio;

import deepspeech.speech.audio.failure.UnusableAudioException;
import java.nio.ByteBuffer;
import java.util.Map;

/**
 * The encoding of one sample in a WAV file. For integers the container size is used, not the number
 * of valid bits. A sample is left-justified in its container, and the bits below it are 0
 * (Microsoft, "Multiple Channel Audio Data and WAVE Files").
 */
enum WavEncoding {
  PCM_8(WavEncoding.PCM, 1) {
    @Override
    double amplitude(ByteBuffer data, int at) {
      return ((data.get(at) & 0xFF) - 128) * 0x1p-7;
    }
  },
  PCM_16(WavEncoding.PCM, 2) {
    @Override
    double amplitude(ByteBuffer data, int at) {
      return data.getShort(at) * 0x1p-15;
    }
  },
  PCM_24(WavEncoding.PCM, 3) {
    @Override
    double amplitude(ByteBuffer data, int at) {
      int low = data.getShort(at) & 0xFFFF;
      return (data.get(at + 2) * 0x10000 + low) * 0x1p-23;
    }
  },
  PCM_32(WavEncoding.PCM, 4) {
    @Override
    double amplitude(ByteBuffer data, int at) {
      return data.getInt(at) * 0x1p-31;
    }
  },
  /**
   * 24 bits in the low bytes of 32, as ALSA's {@code arecord -f S24_LE} writes them. The top byte
   * is ignored.
   */
  PCM_24_LOW(WavEncoding.PCM, 4) {
    @Override
    double amplitude(ByteBuffer data, int at) {
      return (data.getInt(at) << 8) * 0x1p-31;
    }
  },
  FLOAT_32(WavEncoding.FLOAT, 4) {
    @Override
    double amplitude(ByteBuffer data, int at) {
      return data.getFloat(at);
    }
  },
  FLOAT_64(WavEncoding.FLOAT, 8) {
    @Override
    double amplitude(ByteBuffer data, int at) {
      return data.getDouble(at);
    }
  },
  A_LAW(6, 1) {
    @Override
    double amplitude(ByteBuffer data, int at) {
      return G711.aLaw(data.get(at)) * 0x1p-15;
    }
  },
  MU_LAW(7, 1) {
    @Override
    double amplitude(ByteBuffer data, int at) {
      return G711.muLaw(data.get(at)) * 0x1p-15;
    }
  };

  static final int PCM = 1;
  static final int FLOAT = 3;

  /** Unsupported format codes (from mmreg.h) that occur in speech corpora and telephone systems. */
  private static final Map<Integer, String> UNSUPPORTED =
      Map.of(
          0x02, "Microsoft ADPCM",
          0x11, "IMA ADPCM",
          0x31, "GSM 6.10",
          0x40, "G.721 ADPCM",
          0x45, "G.726 ADPCM",
          0x50, "MPEG Layer II",
          0x55, "MP3",
          0x65, "G.722 ADPCM",
          0x161, "Windows Media Audio",
          0xFF, "AAC");

  private final int code;
  private final int bytes;

  WavEncoding(int code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /** Returns the amplitude of the sample at a byte offset; full scale is [-1, 1]. */
  abstract double amplitude(ByteBuffer data, int at);

  /** The number of bytes of a sample. */
  int bytes() {
    return bytes;
  }

  /**
   * Returns the encoding that a header describes. For 17 to 24 bits in 4 bytes it is {@link
   * #PCM_32}. Only the samples distinguish this from {@link #PCM_24_LOW}.
   *
   * @param code the format code; for the extensible format the code of the sub-format
   * @param bits bits of a sample
   * @param bytesPerFrame bytes of one sample of all channels together
   */
  static WavEncoding of(int code, int bits, int channels, int bytesPerFrame)
      throws UnusableAudioException {
    int sampleBytes = (bits + 7) / 8;
    boolean padded =
        code == PCM && bits > 16 && bits <= 24 && bytesPerFrame == channels * Integer.BYTES;
    for (WavEncoding encoding : values()) {
      boolean sameBits = code == PCM ? bits > 0 : bits == 8 * encoding.bytes;
      if (encoding.code == code
          && sameBits
          && encoding.bytes == (padded ? Integer.BYTES : sampleBytes)) {
        if (bytesPerFrame != channels * encoding.bytes) {
          throw UnusableAudioException.broken(
              "the WAV header gives %d bytes a frame; %d channels of %d bits make %d"
                  .formatted(bytesPerFrame, channels, bits, channels * encoding.bytes));
        }
        return encoding;
      }
    }
    throw UnusableAudioException.broken(
        "WAV format code %d%s with %d bits is not supported; allowed are PCM (1) with 1 to 32 bits, float (3) with 32 or 64 bits, A-law (6) and mu-law (7) with 8 bits; convert it: ffmpeg -i in.wav -c:a pcm_s16le out.wav"
            .formatted(
                code,
                UNSUPPORTED.containsKey(code) ? " (" + UNSUPPORTED.get(code) + ")" : "",
                bits));
  }
}
