package deepspeech.messages.command;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.configuration.Argument;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.event.EventTypes;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.ModelReference;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunAssignment;
import java.util.Map;
import java.util.TreeMap;

/**
 * A command from a person to the trainer, on {@code deepspeech.commands}. In JSON the field {@code
 * command} names its kind. A command is carried out once, even if records with its {@code ce_id}
 * are delivered several times.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "command")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Command.Train.class, name = "train"),
  @JsonSubTypes.Type(value = Command.Resume.class, name = "resume"),
  @JsonSubTypes.Type(value = Command.FineTune.class, name = "fine-tune"),
  @JsonSubTypes.Type(value = Command.Stop.class, name = "stop"),
  @JsonSubTypes.Type(value = Command.Evaluate.class, name = "evaluate"),
  @JsonSubTypes.Type(value = Command.Pin.class, name = "pin"),
  @JsonSubTypes.Type(value = Command.Unpin.class, name = "unpin")
})
public sealed interface Command {
  /** The run that the command is about: the record's key. */
  RunId run();

  /** The value of the field {@code command} in JSON. */
  @JsonIgnore
  String name();

  /** Its {@code ce_type}. */
  @JsonIgnore
  default String eventType() {
    return EventTypes.COMMAND_PREFIX + name();
  }

  /**
   * Trains a new run.
   *
   * @param configuration values of some {@link Argument}s by name; the others have their defaults
   * @param priority runs of a higher priority are trained first; null for 0
   * @param preempt true if a run of a lower priority has to leave its trainer to this one, with a
   *     checkpoint, and wait; null for false
   */
  record Train(RunId run, TrainingConfiguration configuration, Integer priority, Boolean preempt)
      implements Command {
    public Train {
      requireRun(run);
      RunAssignment.requirePriority(priority);
      configuration = configuration == null ? TrainingConfiguration.defaults() : configuration;
      requireOtherRun(configuration, Argument.RESUME_MODEL);
      requireOtherRun(configuration, Argument.PRETRAINED_MODEL);
    }

    /** A command of normal priority. */
    public Train(RunId run, TrainingConfiguration configuration) {
      this(run, configuration, null, null);
    }

    @Override
    public String name() {
      return "train";
    }
  }

  /**
   * Resumes a run from one of its checkpoints.
   *
   * @param configuration arguments to change, such as a larger {@code num_epoch}; {@code
   *     resume_model} names the checkpoint, {@code latest} if absent
   * @param priority runs of a higher priority are trained first; null for 0
   * @param preempt true if a run of a lower priority has to leave its trainer to this one, with a
   *     checkpoint, and wait; null for false
   */
  record Resume(RunId run, Map<String, Object> configuration, Integer priority, Boolean preempt)
      implements Command {
    public Resume {
      requireRun(run);
      RunAssignment.requirePriority(priority);
      configuration = copy(configuration);
      TrainingConfiguration.check(configuration);
    }

    /** A command of normal priority. */
    public Resume(RunId run, Map<String, Object> configuration) {
      this(run, configuration, null, null);
    }

    /** The checkpoint from which to resume. */
    public ModelReference from() {
      Object given = configuration.get(Argument.RESUME_MODEL.argumentName());
      return ModelReference.parse(
          Argument.RESUME_MODEL.argumentName(),
          given == null ? ModelReference.LATEST : given.toString());
    }

    @Override
    public String name() {
      return "resume";
    }
  }

  /**
   * Trains a new run that starts from a checkpoint of another run: {@code resume_model} with
   * optimiser state and position, or {@code pretrained_model} with the weights only.
   *
   * @param priority runs of a higher priority are trained first; null for 0
   * @param preempt true if a run of a lower priority has to leave its trainer to this one, with a
   *     checkpoint, and wait; null for false
   */
  record FineTune(RunId run, TrainingConfiguration configuration, Integer priority, Boolean preempt)
      implements Command {
    public FineTune {
      requireRun(run);
      RunAssignment.requirePriority(priority);
      InvalidMessageException.require(
          configuration != null
              && (configuration.resumeModel().isPresent()
                  || configuration.pretrainedModel().isPresent()),
          Argument.RESUME_MODEL.argumentName(),
          null,
          "<run>/<checkpoint>, here or as pretrained_model");
      requireOtherRun(configuration, Argument.RESUME_MODEL);
      requireOtherRun(configuration, Argument.PRETRAINED_MODEL);
    }

    /** A command of normal priority. */
    public FineTune(RunId run, TrainingConfiguration configuration) {
      this(run, configuration, null, null);
    }

    @Override
    public String name() {
      return "fine-tune";
    }
  }

  /** Stops a run at its next step and commits a checkpoint. */
  record Stop(RunId run) implements Command {
    public Stop {
      requireRun(run);
    }

    @Override
    public String name() {
      return "stop";
    }
  }

  /** Tests a checkpoint again. */
  record Evaluate(RunId run, CheckpointId checkpoint) implements Command {
    public Evaluate {
      requireRun(run);
      requireCheckpoint(checkpoint);
    }

    @Override
    public String name() {
      return "evaluate";
    }
  }

  /**
   * Protects a checkpoint from removal until it is unpinned, regardless of how many later ones
   * exist.
   */
  record Pin(RunId run, CheckpointId checkpoint) implements Command {
    public Pin {
      requireRun(run);
      requireCheckpoint(checkpoint);
    }

    @Override
    public String name() {
      return "pin";
    }
  }

  /** Removes the protection of a checkpoint. */
  record Unpin(RunId run, CheckpointId checkpoint) implements Command {
    public Unpin {
      requireRun(run);
      requireCheckpoint(checkpoint);
    }

    @Override
    public String name() {
      return "unpin";
    }
  }

  private static void requireCheckpoint(CheckpointId checkpoint) {
    InvalidMessageException.require(checkpoint != null, "checkpoint", null, "a checkpoint id");
  }

  private static void requireRun(RunId run) {
    InvalidMessageException.require(run != null, "run", null, "the name of a run");
  }

  private static void requireOtherRun(TrainingConfiguration configuration, Argument argument) {
    (argument == Argument.RESUME_MODEL
            ? configuration.resumeModel()
            : configuration.pretrainedModel())
        .ifPresent(
            model ->
                InvalidMessageException.require(
                    model.run().isPresent(),
                    argument.argumentName(),
                    model.toString(),
                    "<run>/<checkpoint>, because a new run has no checkpoint of its own"));
  }

  private static Map<String, Object> copy(Map<String, Object> given) {
    return given == null ? Map.of() : java.util.Collections.unmodifiableMap(new TreeMap<>(given));
  }
}
