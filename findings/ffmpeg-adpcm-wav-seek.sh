#!/usr/bin/env bash
# FFmpeg 8.0.1: ffmpeg's -ss misses the place in a WAV file of 4-bit ADPCM or G.722 that ffmpeg has written. The header of such a file
# says 16000 bytes a second at every sample rate. That is the default of -b:a, 128 kbit/s, which these encoders do not follow. The
# reader computes a place from that number: at 16 kHz the sound after -ss 2 begins 4 s in, at 8 kHz 8 s in, at 44.1 kHz 1.4 s in, and
# where the place is behind the end of the file, there may be no sound at all. The exit status is 0, nothing is logged, and ffprobe
# gives the right duration. The header of G.711 is right.
#
# Expected: the sound from 2 s on, as from the same packets in Matroska; or a header with the bytes that a second has.
# Where it is met: utterances cut from telephone recordings.
#
# Seen, ten seconds: format, rate, bytes of a second by the header and by the size of the file, seconds that -ss 2 leaves of the WAV
# file and of its packets in Matroska, and seconds that -ss 7 leaves of the WAV file (ADPCM fills up its last block):
#   adpcm_ms       8000  16000  4108  2.3  8.2  0.0
#   adpcm_ms      16000  16000  8102  6.1  8.1  0.0
#   adpcm_ms      44100  16000 22233  8.6  8.0  5.0
#   adpcm_ima_wav 16000  16000  8099  6.1  8.1  0.0
#   g722          16000  16000  8009  6.0  8.0  0.0
#   pcm_mulaw     16000  16000 16009  8.0  8.0  3.0
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
ffprobe() { LD_LIBRARY_PATH="$libraries" "$libraries/ffprobe" -v error "$@"; }
ffmpeg -version > version
grep -q '^ffmpeg version 8\.0\.1 ' version

# The seconds of sound that -ss leaves.
left() {
  ffmpeg -ss "$1" -i "$2" -f s16le - > "$2.raw"
  awk -v bytes="$(stat -c %s "$2.raw")" -v rate="$3" 'BEGIN { printf "%.1f", bytes / 2 / rate }'
}

while read -r format rate; do
  ffmpeg -f lavfi -i "anoisesrc=r=$rate:d=10:seed=1:a=0.3" -c:a "$format" -y sound.wav
  ffmpeg -i sound.wav -c:a copy -y sound.mka
  test "$(ffprobe -show_entries format=duration -of csv=p=0 sound.wav)" = 10.000000
  # The format chunk is the first one, and its byte rate is at 28.
  printf '%-13s %5d %6d %5d  %s  %s  %s\n' "$format" "$rate" "$(od -An -tu4 -j28 -N4 sound.wav)" "$(($(stat -c %s sound.wav) / 10))" \
    "$(left 2 sound.wav "$rate")" "$(left 2 sound.mka "$rate")" "$(left 7 sound.wav "$rate")"
done <<'FORMATS' | tee output
adpcm_ms 8000
adpcm_ms 16000
adpcm_ms 44100
adpcm_ima_wav 16000
g722 16000
pcm_mulaw 16000
FORMATS
diff output - <<'EXPECTED'
adpcm_ms       8000  16000  4108  2.3  8.2  0.0
adpcm_ms      16000  16000  8102  6.1  8.1  0.0
adpcm_ms      44100  16000 22233  8.6  8.0  5.0
adpcm_ima_wav 16000  16000  8099  6.1  8.1  0.0
g722          16000  16000  8009  6.0  8.0  0.0
pcm_mulaw     16000  16000 16009  8.0  8.0  3.0
EXPECTED
echo "as described"
