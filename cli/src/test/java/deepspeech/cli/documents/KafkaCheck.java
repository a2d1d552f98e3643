package deepspeech.cli.documents;

import static deepspeech.cli.documents.CommandCheck.require;

import deepspeech.messages.Json;
import deepspeech.messages.command.Command;
import deepspeech.messages.topic.TopicDefinition;
import deepspeech.messages.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** {@code kcat …}: topics that exist, and commands that the trainer's reader accepts. */
final class KafkaCheck implements CommandCheck {
  @Override
  public boolean covers(ShellCommand command) {
    return command.program().equals("kcat");
  }

  @Override
  public void check(ShellCommand command) {
    String topic = command.option("-t").orElseThrow();
    require(
        Topics.shared().stream().map(TopicDefinition::name).anyMatch(topic::equals),
        "no topic " + topic);
    if (command.words().contains("-P")) {
      require(topic.equals(Topics.COMMANDS), "only commands are written by hand");
      String text = command.input().orElseThrow().arguments().get(0);
      Optional<String> key = command.option("-k");
      if (command.words().contains("-K:")) {
        key = Optional.of(text.substring(0, text.indexOf(':')));
        text = text.substring(text.indexOf(':') + 1);
      }
      Command read = Json.read(text.getBytes(StandardCharsets.UTF_8), Command.class);
      require(
          key.equals(Optional.of(read.run().toString())),
          "the key %s is not the run %s".formatted(key, read.run()));
    }
  }
}
