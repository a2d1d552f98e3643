package deepspeech.messages.topic;

/**
 * The consumer groups of the services. Their committed offsets show how many messages wait for each
 * service.
 */
public final class ConsumerGroups {
  /** The group of the trainer, which reads {@link Topics#COMMANDS}. */
  public static final String TRAINER = "trainer";

  /** The group of data-prep, which reads {@link Topics#BATCH_REQUESTS}. */
  public static final String DATA_PREP = "data-prep";

  /** The group of the evaluator, which reads {@link Topics#CHECKPOINTS}. */
  public static final String EVALUATOR = "evaluator";

  private ConsumerGroups() {}
}
