package deepspeech.messages.topic;

/** The consumer groups of the services: how far each has come says what waits for it. */
public final class ConsumerGroups {
  /** Of {@link Topics#COMMANDS}. */
  public static final String TRAINER = "trainer";

  /** Of {@link Topics#BATCH_REQUESTS}. */
  public static final String DATA_PREP = "data-prep";

  /** Of {@link Topics#CHECKPOINTS}. */
  public static final String EVALUATOR = "evaluator";

  private ConsumerGroups() {}
}
