#!/usr/bin/env bash
# Apache Kafka 4.1.2, quotas (consumer_byte_rate, quota.window.num=11 and quota.window.size.seconds=1, the defaults): if the limit of a
# consumer is lowered, the broker compares what it has read within the window with the new limit and delays it until the mean over the
# delay is below it, without a bound. A consumer that read 1 MB within its old limit then gets nothing for most of a minute, and one that
# read 16 MB before a limit of 62 kB/s nothing for four minutes. Since KIP-219 the delay is announced in an empty answer, so the client
# sees neither an error nor a record. The answers themselves are bounded: no fetch is larger than the limit times the window
# (KAFKA-9677), so that under a steady limit a pause lasts no longer than the window.
#
# Expected: that a new limit applies to what is read from then on, or that the pause is at most the window, 11 s, as under a steady limit.
#
# Seen, with 1 MB read at a limit of 100 MB/s, then a limit of 20 kB/s:
#   lowered at once: first record after 30 to 60 s
#   lowered 12 s later: first record within 2 s
#
# Needs a JDK (17 or later) and Maven; takes a Kafka broker and client 4.1.2 from Maven Central. The broker listens on the loopback
# address. Takes about 2 minutes.
set -euo pipefail
folder=$(mktemp -d)
broker=
end() {
  test -z "$broker" || { kill "$broker" && wait "$broker"; } || true
  rm -rf "$folder"
}
trap end EXIT
cd "$folder"
java="${JAVA_HOME:+$JAVA_HOME/bin/}java"

cat > broker.xml <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId>
  <artifactId>broker</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>4.1.2</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B -f broker.xml dependency:build-classpath -Dmdep.outputFile=classpath >&2

mkdir classes
cat > LoweredQuota.java <<'JAVA'
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

public class LoweredQuota {
  static final int RECORDS = 50;
  static final TopicPartition PARTITION = new TopicPartition("records", 0);

  public static void main(String[] arguments) throws Exception {
    if (arguments.length == 0) {
      printPorts();
      return;
    }
    Map<String, Object> broker = Map.of("bootstrap.servers", arguments[0]);
    try (Admin admin = Admin.create(broker)) {
      admin.createTopics(List.of(new NewTopic(PARTITION.topic(), 1, (short) 1))).all().get();
      try (var producer =
          new KafkaProducer<>(broker, new ByteArraySerializer(), new ByteArraySerializer())) {
        for (int i = 0; i < RECORDS; i++) {
          producer.send(new ProducerRecord<>(PARTITION.topic(), new byte[20_000])).get();
        }
      }
      double atOnce = secondsToFirstRecord(admin, arguments[0], "at-once", 0);
      System.out.println(
          "lowered at once: first record after " + (atOnce > 30 && atOnce < 60 ? "30 to 60 s" : atOnce));
      double later = secondsToFirstRecord(admin, arguments[0], "later", 12);
      System.out.println(
          "lowered 12 s later: first record " + (later < 2 ? "within 2 s" : "after " + later));
    }
  }

  static void printPorts() throws Exception {
    InetAddress here = InetAddress.getByName("127.0.0.1");
    try (var first = new ServerSocket(0, 1, here);
        var second = new ServerSocket(0, 1, here)) {
      System.out.println(first.getLocalPort() + " " + second.getLocalPort());
    }
  }

  static double secondsToFirstRecord(Admin admin, String broker, String client, int pause)
      throws Exception {
    limit(admin, client, 100_000_000);
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(broker, client)) {
      int read = 0;
      while (read < RECORDS) {
        read += consumer.poll(Duration.ofSeconds(1)).count();
      }
    }
    Thread.sleep(1000L * pause);
    limit(admin, client, 20_000);
    long begin = System.nanoTime();
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(broker, client)) {
      while (consumer.poll(Duration.ofMillis(200)).isEmpty()) {}
      return (System.nanoTime() - begin) / 1e9;
    }
  }

  static void limit(Admin admin, String client, double bytesPerSecond) throws Exception {
    admin
        .alterClientQuotas(
            List.of(
                new ClientQuotaAlteration(
                    new ClientQuotaEntity(Map.of(ClientQuotaEntity.CLIENT_ID, client)),
                    List.of(new ClientQuotaAlteration.Op("consumer_byte_rate", bytesPerSecond)))))
        .all()
        .get();
    // The broker applies it a moment after it has confirmed it.
    Thread.sleep(500);
  }

  static KafkaConsumer<byte[], byte[]> consumer(String broker, String client) {
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", broker, "client.id", client),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    consumer.assign(List.of(PARTITION));
    consumer.seekToBeginning(List.of(PARTITION));
    return consumer;
  }
}
JAVA
"${java}c" -proc:none -cp "$(cat classpath)" -d classes LoweredQuota.java

read -r port controller <<< "$("$java" -cp "classes:$(cat classpath)" LoweredQuota 2> ports.log)"
cat > broker.properties <<PROPERTIES
process.roles=broker,controller
node.id=1
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$controller
controller.listener.names=CONTROLLER
controller.quorum.voters=1@127.0.0.1:$controller
log.dirs=$folder/data
PROPERTIES
"$java" -cp "$(cat classpath)" kafka.tools.StorageTool format -t AAAAAAAAAAAAAAAAAAAAAA -c broker.properties > format.log 2>&1
"$java" -Xmx256m -cp "$(cat classpath)" kafka.Kafka broker.properties > broker.log 2>&1 &
broker=$!

timeout 300 "$java" -Xmx256m -cp "classes:$(cat classpath)" LoweredQuota "127.0.0.1:$port" 2> client.log | tee seen \
  || { cat client.log >&2; exit 1; }
diff seen - <<'SEEN'
lowered at once: first record after 30 to 60 s
lowered 12 s later: first record within 2 s
SEEN
