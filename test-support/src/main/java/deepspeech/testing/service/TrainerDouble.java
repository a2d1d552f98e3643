package deepspeech.testing.service;

import deepspeech.messages.Json;
import deepspeech.messages.command.Command;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.event.CloudEvent;
import deepspeech.messages.event.EventTypes;
import deepspeech.messages.run.RunState;
import deepspeech.messages.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * Answers commands in the trainer's place with {@link TrainerReplies}. Commands for runs whose
 * names begin with {@value #IGNORED} are left to the test.
 */
public final class TrainerDouble implements AutoCloseable {
  private static final String IGNORED = "ignored-";

  private static final String SOURCE = "/trainer-service";

  private final TrainerReplies replies = new TrainerReplies(Clock.systemUTC());
  private final Queue<ReceivedCommand> received = new ConcurrentLinkedQueue<>();
  private final RecordSender sender;
  private final TopicListener listener;

  /** Begins with the commands that are published from now on. */
  public TrainerDouble(String bootstrapServers) {
    sender = new RecordSender(bootstrapServers);
    listener = new TopicListener(bootstrapServers, Topics.COMMANDS, this::take);
  }

  /** All commands so far, oldest first. */
  public List<ReceivedCommand> received() {
    return List.copyOf(received);
  }

  private void take(ConsumerRecord<String, byte[]> record) {
    Command command = Json.readStrictly(record.value(), Command.class);
    CloudEvent attributes = CloudEvent.fromHeaders(headers(record)).orElseThrow();
    received.add(new ReceivedCommand(record.key(), attributes, command));
    if (!command.run().value().startsWith(IGNORED)) {
      replies.to(attributes.id(), command).forEach(this::publish);
    }
  }

  private void publish(Object message) {
    if (message instanceof RunState state) {
      publish(Topics.RUNS, EventTypes.RUN_STATE, state.run().toString(), state);
    } else if (message instanceof DeadLetter letter) {
      publish(Topics.DEAD_LETTERS, EventTypes.DEAD_LETTER, letter.run(), letter);
    }
  }

  private void publish(String topic, String type, String key, Object message) {
    CloudEvent attributes = CloudEvent.of(type, SOURCE, Instant.now());
    sender.send(topic, key, attributes.headers(), Json.write(message));
  }

  private static Map<String, String> headers(ConsumerRecord<String, byte[]> record) {
    Map<String, String> headers = new HashMap<>();
    for (Header header : record.headers()) {
      headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
    }
    return headers;
  }

  @Override
  public void close() {
    listener.close();
    sender.close();
  }

  /**
   * A command as it was published.
   *
   * @param key of its record
   * @param attributes its CloudEvents attributes
   */
  public record ReceivedCommand(String key, CloudEvent attributes, Command command) {}
}
