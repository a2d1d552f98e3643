#!/usr/bin/env bash
# FFmpeg 8.0.1: Opus made from audio of another rate than 48 kHz and written to MP4 is read back late, by 208 samples (4.3 ms) at
# 16 kHz. The file is right: its edit list says that the sound begins 104/16000 s in, which are the 312 samples at 48 kHz that
# the encoder is ahead. The reader takes 104 for a number of samples at 48 kHz and keeps the other 208.
#
# Expected: that the container makes no difference to the samples, as it makes none between Ogg and WebM; and that copying the
# packets to another file, which does not touch them, does not move the sound.
#
# Seen, samples at 48 kHz by which the sound lies later than it does from an Ogg file of the same packets:
#   rate    MP4   the MP4's packets copied to Ogg
#   48000     0   0
#   24000   156   0
#   16000   208   0
#    8000   260   0
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

for rate in 48000 24000 16000 8000; do
  ffmpeg -f lavfi -i "anoisesrc=r=$rate:d=1:seed=1:a=0.3" -c:a pcm_s16le "$rate.wav"
  ffmpeg -i "$rate.wav" -c:a libopus "$rate.ogg"
  ffmpeg -i "$rate.wav" -c:a libopus "$rate.mp4"
  ffmpeg -i "$rate.mp4" -c:a copy "$rate-copy.ogg"
  for file in "$rate.ogg" "$rate.mp4" "$rate-copy.ogg"; do
    ffmpeg -i "$file" -ar 48000 -f s16le "$file.raw" 2> "$file.messages"
  done
  echo "$rate $(lag "$rate.ogg.raw" "$rate.mp4.raw" 400) $(lag "$rate.ogg.raw" "$rate-copy.ogg.raw" 400)"
done | tee output
diff output - <<'EXPECTED'
48000 0 0
24000 156 0
16000 208 0
8000 260 0
EXPECTED
echo "as described"
