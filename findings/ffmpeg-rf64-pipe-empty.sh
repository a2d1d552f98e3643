#!/usr/bin/env bash
# FFmpeg 8.0.1: a WAV file that ffmpeg writes to a pipe as RF64 (-rf64 always) is read by the same ffmpeg as having no samples at
# all, with exit status 0 and no error, while ffprobe gives its right duration. The sizes in the file say "unknown", as they do in a
# plain WAV from a pipe, which is read in full. Sox 14.4.2 reads the RF64 file in full too.
#
# Expected: that RF64, which is there for long recordings, is read as the plain file is: to the end.
#
# Seen, one second at 16 kHz written to a pipe (-rf64 never, auto, always):
#   option  first bytes  ffprobe    samples read  exit status
#   never   RIFF         1.000000   16000         0
#   auto    RIFF         1.000000   16000         0
#   always  RF64         1.000000       0         0
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

for option in never auto always; do
  ffmpeg -f lavfi -i sine=440:r=16000:d=1 -rf64 "$option" -f wav pipe:1 | cat > "$option.wav"
  duration=$(LD_LIBRARY_PATH="$libraries" "$libraries/ffprobe" -v error -show_entries stream=duration -of csv=p=0 "$option.wav")
  status=0
  ffmpeg -i "$option.wav" -f s16le "$option.raw" || status=$?
  echo "$option $(head -c 4 "$option.wav") $duration $(($(stat -c %s "$option.raw") / 2)) $status"
done | tee output
diff output - <<'EXPECTED'
never RIFF 1.000000 16000 0
auto RIFF 1.000000 16000 0
always RF64 1.000000 0 0
EXPECTED
echo "as described"
