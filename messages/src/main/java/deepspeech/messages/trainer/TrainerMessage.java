package deepspeech.messages.trainer;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.command.Command;
import deepspeech.messages.event.EventTypes;

/**
 * A message between the trainers of an installation, on {@code deepspeech.trainers}. One trainer
 * receives all commands. It forwards those for a run that another trainer has, and accepts runs for
 * which any trainer has the devices. In JSON the field {@code message} names the kind.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "message")
@JsonSubTypes({
  @JsonSubTypes.Type(value = TrainerMessage.Forwarded.class, name = "command"),
  @JsonSubTypes.Type(value = TrainerMessage.Answered.class, name = "answer"),
  @JsonSubTypes.Type(value = TrainerMessage.Present.class, name = "presence")
})
public sealed interface TrainerMessage {
  /** The trainer that the message is for, or that is present: the record's key. */
  String trainer();

  /** Its {@code ce_type}. */
  @JsonIgnore
  String eventType();

  /**
   * A command for a run that the trainer has.
   *
   * @param from the trainer that receives the answer
   * @param id {@code ce_id} of the command
   */
  record Forwarded(String trainer, String from, String id, Command command)
      implements TrainerMessage {
    public Forwarded {
      requireTexts(trainer, id);
      InvalidMessageException.require(from != null, "from", null, "the name of a trainer");
      InvalidMessageException.require(command != null, "command", null, "a command");
    }

    @Override
    public String eventType() {
      return EventTypes.FORWARDED_COMMAND;
    }
  }

  /**
   * The answer to a forwarded command.
   *
   * @param trainer the trainer that forwarded it
   * @param id {@code ce_id} of the command
   * @param rejection why the command was rejected; null if it was carried out
   */
  record Answered(String trainer, String id, String rejection) implements TrainerMessage {
    public Answered {
      requireTexts(trainer, id);
    }

    @Override
    public String eventType() {
      return EventTypes.COMMAND_ANSWER;
    }
  }

  /**
   * Tells the other trainers every few seconds that a trainer is there.
   *
   * @param gpus number of GPUs that PyTorch sees there
   * @param process identifies the process, which is another one after a restart; null if an earlier
   *     build has published the message
   * @param devices what PyTorch sees there, in one line; null if an earlier build has published the
   *     message
   */
  record Present(String trainer, int gpus, String process, String devices)
      implements TrainerMessage {
    public Present {
      InvalidMessageException.require(trainer != null, "trainer", null, "the name of a trainer");
      InvalidMessageException.require(gpus >= 0, "gpus", gpus, "a whole number from 0");
    }

    @Override
    public String eventType() {
      return EventTypes.TRAINER_PRESENCE;
    }
  }

  private static void requireTexts(String trainer, String id) {
    InvalidMessageException.require(trainer != null, "trainer", null, "the name of a trainer");
    InvalidMessageException.require(id != null, "id", null, "the ce_id of a command");
  }
}
