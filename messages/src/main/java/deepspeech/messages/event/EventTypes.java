package deepspeech.messages.event;

/** The values of {@code ce_type}. */
public final class EventTypes {
  /** Prefix of the command's name, as in {@code deepspeech.command.train}. */
  public static final String COMMAND_PREFIX = "deepspeech.command.";

  public static final String RUN_STATE = "deepspeech.run.state";
  public static final String DATA_SET_REQUEST = "deepspeech.request.data-set";
  public static final String BATCH_REQUEST = "deepspeech.request.batch";
  public static final String CHECKPOINT_COMMITTED = "deepspeech.checkpoint.published";
  public static final String EVALUATION = "deepspeech.evaluation";
  public static final String METRIC_POINT = "deepspeech.metric.point";
  public static final String DEAD_LETTER = "deepspeech.dead-letter";
  public static final String FORWARDED_COMMAND = "deepspeech.trainer.command";
  public static final String COMMAND_ANSWER = "deepspeech.trainer.answer";
  public static final String TRAINER_PRESENCE = "deepspeech.trainer.presence";

  private EventTypes() {}
}
