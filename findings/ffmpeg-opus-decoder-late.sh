#!/usr/bin/env bash
# FFmpeg 8.0.1 with libopus: ffmpeg's own Opus decoder, the default, returns speech 2 samples (at 48 kHz) later than libopus does
# from the same packets, wherever Opus is in its speech mode (SILK) or its mixed mode. In its music mode (CELT) both agree.
# Lengths are the same and nothing is logged.
#
# Expected: that a decoder which is right in one mode is in the same place in the other, and that the choice of a decoder for a
# format that fixes the decoder's output does not move sound. Where it is met: one file decoded by two programs, compared by sample.
#
# Seen, samples by which "opus" lies later than "libopus", and whether the lengths are the same:
#   12 kbit/s, SILK:   2  same length
#   32 kbit/s, mixed:  2  same length
#   64 kbit/s, CELT:   0  same length
#
# Needs a JDK (17 or later) and Maven; takes FFmpeg 8.0.1 (JavaCPP build 1.5.13, Linux x86-64, 30 MB) from Maven Central. That build
# wants the system's libasound, libpulse and libxcb.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

mvn -q -B dependency:copy -Dartifact=org.bytedeco:ffmpeg:8.0.1-1.5.13:jar:linux-x86_64 -DoutputDirectory=.
"${JAVA_HOME:+$JAVA_HOME/bin/}jar" xf ffmpeg-8.0.1-1.5.13-linux-x86_64.jar org/bytedeco/ffmpeg/linux-x86_64
libraries="$folder/org/bytedeco/ffmpeg/linux-x86_64"
chmod +x "$libraries/ffmpeg" "$libraries/ffprobe"
ffmpeg() { LD_LIBRARY_PATH="$libraries" "$libraries/ffmpeg" -nostdin -v error "$@"; }
ffmpeg -version > version
grep -q '^ffmpeg version 8\.0\.1 ' version

cat > Lag.java <<'JAVA'
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** By how many samples the second signal (16-bit) lies later than the first: the shift of the largest correlation. */
public class Lag {
  static short[] read(String file) throws Exception {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(Path.of(file))).order(ByteOrder.LITTLE_ENDIAN);
    short[] samples = new short[bytes.remaining() / 2];
    bytes.asShortBuffer().get(samples);
    return samples;
  }

  public static void main(String[] arguments) throws Exception {
    short[] first = read(arguments[0]);
    short[] second = read(arguments[1]);
    int widest = Integer.parseInt(arguments[2]);
    int lag = 0;
    double largest = 0;
    for (int shift = -widest; shift <= widest; shift++) {
      double sum = 0;
      for (int i = widest; i < Math.min(first.length, second.length) - widest; i++) {
        sum += (double) first[i] * second[i + shift];
      }
      if (sum > largest) {
        largest = sum;
        lag = shift;
      }
    }
    System.out.println(lag);
  }
}
JAVA
lag() { "${JAVA_HOME:+$JAVA_HOME/bin/}java" Lag.java "$@"; }

cat > Modes.java <<'JAVA'
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;

/** The mode of most packets of an Ogg file with Opus alone: the upper 5 bits of a packet's first byte (RFC 6716, table 2). */
public class Modes {
  public static void main(String[] arguments) throws Exception {
    byte[] file = Files.readAllBytes(Path.of(arguments[0]));
    TreeMap<Integer, String> counted = new TreeMap<>();
    int[] counts = new int[3];
    int packets = 0;
    boolean begins = true;
    for (int page = 0; page < file.length; ) {
      int segments = file[page + 26] & 255;
      int at = page + 27 + segments;
      for (int i = 0; i < segments; i++) {
        int size = file[page + 27 + i] & 255;
        // The first two packets are headers.
        if (begins && packets >= 2 && size > 0) {
          int configuration = (file[at] & 255) >> 3;
          counts[configuration < 12 ? 0 : configuration < 16 ? 1 : 2]++;
        }
        at += size;
        begins = size < 255;
        packets += begins ? 1 : 0;
      }
      page = at;
    }
    for (int mode = 0; mode < 3; mode++) {
      counted.put(counts[mode], new String[] {"SILK", "mixed", "CELT"}[mode]);
    }
    System.out.println(counted.lastEntry().getValue());
  }
}
JAVA

# Noise in the range of speech, in bursts.
ffmpeg -f lavfi -i "anoisesrc=r=48000:d=2:seed=3:a=0.5,highpass=f=150,lowpass=f=2500,tremolo=f=4" -c:a pcm_s16le speech.wav
encode() { ffmpeg -i speech.wav -c:a libopus -frame_duration 20 "${@:2}" "$1.ogg"; }
encode silk -application voip -b:a 12k
encode mixed -application voip -b:a 32k
encode celt -application audio -b:a 64k
for mode in silk mixed celt; do
  ffmpeg -c:a opus -i "$mode.ogg" -f s16le "$mode-own.raw"
  ffmpeg -c:a libopus -i "$mode.ogg" -f s16le "$mode-libopus.raw"
  own=$(stat -c %s "$mode-own.raw")
  [ "$own" = "$(stat -c %s "$mode-libopus.raw")" ] && length="same length" || length="other length"
  echo "$("${JAVA_HOME:+$JAVA_HOME/bin/}java" Modes.java "$mode.ogg") $(lag "$mode-libopus.raw" "$mode-own.raw" 20) $length"
done | tee output
diff output - <<'EXPECTED'
SILK 2 same length
mixed 2 same length
CELT 0 same length
EXPECTED
echo "as described"
