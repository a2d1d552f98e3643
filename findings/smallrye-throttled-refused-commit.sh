#!/usr/bin/env bash
# SmallRye Reactive Messaging Kafka 4.33.0, commit strategy "throttled" (the default), cooperative rebalancing: a commit that falls
# into a rebalance fails, SmallRye logs "it will be re-attempted", and does not re-attempt it. The offsets are off its list by then,
# so that neither its later commits, nor the revocation of a partition, nor a graceful end commits them, and the next consumer
# receives records that were acknowledged. A rebalance lasts as long as its slowest member takes to poll; the shorter
# auto.commit.interval.ms is, the surer a commit falls into it.
#
# Expected: that a refused commit is repeated, as the log says; and that a shorter interval lets fewer records be received twice.
#
# Seen, where SmallRye's consumer acknowledges its three records during a rebalance that takes one of its three partitions:
#   auto.commit.interval.ms=500: acknowledged 3, promise to re-attempt, received again 1 after the rebalance, 3 after the end
#   auto.commit.interval.ms=30000: acknowledged 3, no failure, received again 0 after the rebalance, 0 after the end
#
# Needs a JDK (17 or later) and Maven; takes SmallRye's connector 4.33.0, Weld 5.1.6 and a Kafka broker 4.1.2 from Maven Central. The
# broker listens on the loopback address. Takes about 2 minutes.
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

cat > client.xml <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId>
  <artifactId>client</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>io.smallrye.reactive</groupId><artifactId>smallrye-reactive-messaging-kafka</artifactId><version>4.33.0</version>
    </dependency>
    <dependency>
      <groupId>io.smallrye.reactive</groupId><artifactId>mutiny-reactive-streams-operators</artifactId><version>3.1.0</version>
    </dependency>
    <dependency><groupId>io.smallrye.config</groupId><artifactId>smallrye-config</artifactId><version>3.15.1</version></dependency>
    <dependency><groupId>org.jboss.weld.se</groupId><artifactId>weld-se-core</artifactId><version>5.1.6.Final</version></dependency>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka-clients</artifactId><version>4.1.2</version></dependency>
  </dependencies>
</project>
POM
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
for side in client broker; do
  mvn -q -B -f "$side.xml" dependency:build-classpath -Dmdep.outputFile="$side.classpath" >&2
done

cat > Ports.java <<'JAVA'
import java.net.InetAddress;
import java.net.ServerSocket;

public class Ports {
  public static void main(String[] arguments) throws Exception {
    InetAddress here = InetAddress.getByName("127.0.0.1");
    try (var first = new ServerSocket(0, 1, here);
        var second = new ServerSocket(0, 1, here)) {
      System.out.println(first.getLocalPort() + " " + second.getLocalPort());
    }
  }
}
JAVA

mkdir classes
cat > Rebalance.java <<'JAVA'
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

public class Rebalance {
  static final int PARTITIONS = 6;
  static final BlockingQueue<Message<String>> RECEIVED = new LinkedBlockingQueue<>();
  static final AtomicInteger PROMISES = new AtomicInteger();

  /** Only keeps its messages. The main thread acknowledges them. */
  @ApplicationScoped
  public static class Service {
    @Incoming("requests")
    public CompletionStage<Void> receive(Message<String> request) {
      RECEIVED.add(request);
      return CompletableFuture.completedFuture(null);
    }
  }

  /** Another member of the group, a plain consumer. It commits what it has received, at once. */
  static final class Member implements AutoCloseable {
    final Set<String> received = new HashSet<>();
    final KafkaConsumer<String, String> consumer;

    Member(Map<String, Object> group, String topic) {
      consumer = new KafkaConsumer<>(group);
      consumer.subscribe(List.of(topic));
    }

    void poll() {
      for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
        received.add(record.value());
        consumer.commitSync();
      }
    }

    int partitions() {
      return consumer.assignment().size();
    }

    @Override
    public void close() {
      consumer.close();
    }
  }

  public static void main(String[] arguments) {
    int status = 1;
    Logger root = Logger.getLogger("");
    Handler promises = new Promises();
    root.addHandler(promises);
    try {
      for (int i = 1; i < arguments.length; i++) {
        acknowledgeDuringRebalance(arguments[0], arguments[i]);
      }
      status = 0;
    } catch (Exception e) {
      e.printStackTrace();
    }
    System.exit(status);
  }

  static void acknowledgeDuringRebalance(String broker, String interval) throws Exception {
    String topic = "requests-" + interval;
    Map<String, Object> group = new HashMap<>();
    group.put("bootstrap.servers", broker);
    group.put("group.id", topic);
    group.put("key.deserializer", StringDeserializer.class.getName());
    group.put("value.deserializer", StringDeserializer.class.getName());
    group.put("auto.offset.reset", "earliest");
    group.put("enable.auto.commit", "false");
    group.put("heartbeat.interval.ms", "200");
    group.put("partition.assignment.strategy", CooperativeStickyAssignor.class.getName());
    RECEIVED.clear();
    PROMISES.set(0);

    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker));
        Member slow = new Member(group, topic);
        Member late = new Member(group, topic)) {
      admin.createTopics(List.of(new NewTopic(topic, PARTITIONS, (short) 1))).all().get();
      SeContainer service = service(group, topic, interval);
      // A member joins with its first poll.
      until(() -> {
        slow.poll();
        return slow.partitions() == 3;
      });
      send(broker, topic);
      until(() -> {
        slow.poll();
        return slow.received.size() == 3 && RECEIVED.size() == 3;
      });
      Set<String> acknowledged = new HashSet<>();

      // The third member joins. The group waits for the second one, which does not poll.
      forSeconds(2, late::poll);
      GroupState state = admin.describeConsumerGroups(List.of(topic)).all().get().get(topic).groupState();
      if (state != GroupState.PREPARING_REBALANCE) {
        throw new IllegalStateException("the group is in state " + state);
      }
      for (Message<String> request : RECEIVED) {
        request.ack().toCompletableFuture().get();
        acknowledged.add(request.getPayload());
      }
      forSeconds(2, late::poll);

      // The second member polls again, which ends the rebalance. There is time for another commit.
      Runnable both = () -> {
        slow.poll();
        late.poll();
      };
      until(() -> {
        both.run();
        return late.partitions() == 2;
      });
      boolean promised = PROMISES.get() > 0;
      forSeconds(3 + Integer.parseInt(interval) / 1000, both);
      int afterRebalance = again(acknowledged, slow, late);

      service.close();
      until(() -> {
        both.run();
        return slow.partitions() + late.partitions() == PARTITIONS;
      });
      forSeconds(2, both);
      System.out.printf(
          "auto.commit.interval.ms=%s: acknowledged %d, %s,"
              + " received again %d after the rebalance, %d after the end%n",
          interval,
          acknowledged.size(),
          promised ? "promise to re-attempt" : "no failure",
          afterRebalance,
          again(acknowledged, slow, late));
    }
  }

  /** SmallRye's consumer, with its channel's configuration as MicroProfile Config reads it. */
  static SeContainer service(Map<String, Object> group, String topic, String interval) {
    Map<String, Object> channel = new HashMap<>(group);
    channel.put("connector", "smallrye-kafka");
    channel.put("topic", topic);
    channel.put("auto.commit.interval.ms", interval);
    channel.forEach((key, value) -> System.setProperty("mp.messaging.incoming.requests." + key, value.toString()));
    return SeContainerInitializer.newInstance().addBeanClasses(Service.class).initialize();
  }

  static void send(String broker, String topic) throws Exception {
    StringSerializer serializer = new StringSerializer();
    try (var producer = new KafkaProducer<>(Map.of("bootstrap.servers", broker), serializer, serializer)) {
      for (int partition = 0; partition < PARTITIONS; partition++) {
        producer.send(new ProducerRecord<>(topic, partition, null, "request " + partition)).get();
      }
    }
  }

  static int again(Set<String> acknowledged, Member... members) {
    Set<String> received = new HashSet<>();
    for (Member member : members) {
      received.addAll(member.received);
    }
    received.retainAll(acknowledged);
    return received.size();
  }

  static void forSeconds(int seconds, Runnable step) {
    long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    while (System.nanoTime() < end) {
      step.run();
    }
  }

  static void until(BooleanSupplier reached) {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!reached.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("not reached within 60 s");
      }
    }
  }

  /** Counts the messages in which SmallRye says that it repeats a commit. */
  static final class Promises extends Handler {
    @Override
    public void publish(LogRecord record) {
      if (record.getLevel().intValue() >= Level.WARNING.intValue()
          && record.getMessage().contains("it will be re-attempted")) {
        PROMISES.incrementAndGet();
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
JAVA
"${java}c" -proc:none -cp "$(cat client.classpath)" -d classes Rebalance.java

read -r port controller <<< "$("$java" Ports.java)"
cat > broker.properties <<PROPERTIES
process.roles=broker,controller
node.id=1
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$controller
controller.listener.names=CONTROLLER
controller.quorum.voters=1@127.0.0.1:$controller
log.dirs=$folder/data
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
group.initial.rebalance.delay.ms=0
PROPERTIES
"$java" -cp "$(cat broker.classpath)" kafka.tools.StorageTool format -t AAAAAAAAAAAAAAAAAAAAAA -c broker.properties > format.log 2>&1
"$java" -Xmx256m -cp "$(cat broker.classpath)" kafka.Kafka broker.properties > broker.log 2>&1 &
broker=$!

timeout 300 "$java" -Xmx256m -cp "classes:$(cat client.classpath)" \
  Rebalance "127.0.0.1:$port" 500 30000 2> client.log | tee seen || { cat client.log >&2; exit 1; }
diff seen - <<'SEEN'
auto.commit.interval.ms=500: acknowledged 3, promise to re-attempt, received again 1 after the rebalance, 3 after the end
auto.commit.interval.ms=30000: acknowledged 3, no failure, received again 0 after the rebalance, 0 after the end
SEEN
