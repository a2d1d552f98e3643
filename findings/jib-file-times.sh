#!/usr/bin/env bash
# jib-core 0.28.1: the time of a file in a layer is wrong if its fraction of a second begins with a zero. The nanoseconds are
# appended to the seconds without leading zeros, so 2 ms and 20 ms both become 200 ms.
#
# Expected: the time that was given, as commons-compress writes it by itself.
#
# Seen (GNU tar):
#   after-2-ms 2001-09-09 01:46:40.2
#   after-20-ms 2001-09-09 01:46:40.2
#   after-200-ms 2001-09-09 01:46:40.2
#   after-250-ms 2001-09-09 01:46:40.25
#
# Needs a JDK (17 or later), Maven and GNU tar; takes com.google.cloud.tools:jib-core 0.28.1 from Maven Central.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat > pom.xml <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId>
  <artifactId>finding</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>com.google.cloud.tools</groupId><artifactId>jib-core</artifactId><version>0.28.1</version>
    </dependency>
  </dependencies>
</project>
POM

cat > Layer.java <<'JAVA'
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

public class Layer {
  public static void main(String[] arguments) throws Exception {
    Path file = Files.writeString(Path.of("file"), "content");
    FileEntriesLayer.Builder layer = FileEntriesLayer.builder();
    for (int millis : new int[] {2, 20, 200, 250}) {
      layer.addEntry(
          file,
          AbsoluteUnixPath.get("/after-%d-ms".formatted(millis)),
          FilePermissions.DEFAULT_FILE_PERMISSIONS,
          Instant.ofEpochMilli(1_000_000_000_000L + millis));
    }
    Jib.fromScratch()
        .addFileEntriesLayer(layer.build())
        .containerize(
            Containerizer.to(TarImage.at(Path.of("image.tar")).named("example"))
                .setBaseImageLayersCache(Path.of("cache"))
                .setApplicationLayersCache(Path.of("cache")));
  }
}
JAVA

mvn -q dependency:build-classpath -Dmdep.outputFile=classpath >&2
java -cp "$(cat classpath)" Layer.java >&2
mkdir image
tar -xf image.tar -C image
TZ=UTC tar --full-time -tvzf image/*.tar.gz 2>warnings | awk '{ print $6, $4, $5 }' | tee seen
diff seen - <<'SEEN'
after-2-ms 2001-09-09 01:46:40.2
after-20-ms 2001-09-09 01:46:40.2
after-200-ms 2001-09-09 01:46:40.2
after-250-ms 2001-09-09 01:46:40.25
SEEN
