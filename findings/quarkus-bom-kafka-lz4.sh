#!/usr/bin/env bash
# quarkus-bom 3.34.1: kafka-clients 4.1.1 under this list of versions has no LZ4. The list excludes the client's LZ4 library, which
# only Quarkus' own Kafka extension brings back in another build. A module that uses the plain client, without the extension, can
# neither write nor read topics with compression.type=lz4; the other three compressions work.
#
# Expected: that a list of versions chooses versions, and that the client has the same compressions as without it.
#
# Seen:
#   without the list: none gzip snappy lz4 zstd
#   with the list: none gzip snappy - zstd
#
# Needs a JDK (17 or later) and Maven; takes quarkus-bom 3.34.1 and kafka-clients 4.1.1 from Maven Central. No broker is needed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat > with.xml <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId>
  <artifactId>finding</artifactId>
  <version>1</version>
  <dependencyManagement>
    <dependencies>
      <dependency>
        <groupId>io.quarkus.platform</groupId><artifactId>quarkus-bom</artifactId><version>3.34.1</version>
        <type>pom</type><scope>import</scope>
      </dependency>
    </dependencies>
  </dependencyManagement>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId><artifactId>kafka-clients</artifactId><version>4.1.1</version>
    </dependency>
  </dependencies>
</project>
POM
sed '/<dependencyManagement>/,/<\/dependencyManagement>/d' with.xml > without.xml

cat > Compressions.java <<'JAVA'
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.MemoryRecords;
import org.apache.kafka.common.record.SimpleRecord;

public class Compressions {
  public static void main(String[] arguments) {
    StringBuilder line = new StringBuilder(arguments[0] + " the list:");
    for (CompressionType type : CompressionType.values()) {
      line.append(' ').append(canWrite(type) ? type.name : "-");
    }
    System.out.println(line);
  }

  private static boolean canWrite(CompressionType type) {
    try {
      MemoryRecords.withRecords(Compression.of(type).build(), new SimpleRecord("value".getBytes()));
      return true;
    } catch (KafkaException e) {
      return false;
    }
  }
}
JAVA

for list in without with; do
  mvn -q -f "$list.xml" dependency:build-classpath -Dmdep.outputFile="$list.classpath" >&2
  java -cp "$(cat "$list.classpath")" Compressions.java "$list" 2>"$list.log"
done | tee seen
diff seen - <<'SEEN'
without the list: none gzip snappy lz4 zstd
with the list: none gzip snappy - zstd
SEEN
