package deepspeech.messages.store;

import deepspeech.messages.store.S3Right.Action;
import deepspeech.messages.store.S3Right.Place;
import deepspeech.messages.topic.KafkaRights.Client;
import java.util.List;

/**
 * The least rights with which each client of an S3 store works. This is the only place that decides
 * them.
 */
public final class S3Rights {
  private static final String RUNS = "runs/*";
  private static final String BEST = "runs/*/best.json";
  private static final String TESTS = "runs/*/tests/*";
  private static final String ALL = "*";

  private S3Rights() {}

  /** The rights of a client; empty if it does not use the store. */
  public static List<S3Right> of(Client client) {
    return switch (client) {
      case TRAINER -> trainer();
      case EVALUATOR -> evaluator();
      case DATA_PREP -> readsData();
      case COMMAND_LINE -> commandLine();
      case DASHBOARD, AUTOSCALER -> List.of();
    };
  }

  private static List<S3Right> trainer() {
    return List.of(
        checkpoints(Action.GET_OBJECT, RUNS),
        checkpoints(Action.PUT_OBJECT, RUNS),
        checkpoints(Action.DELETE_OBJECT, RUNS),
        checkpoints(Action.ABORT_MULTIPART_UPLOAD, RUNS),
        checkpoints(Action.LIST_BUCKET, RUNS),
        checkpoints(Action.LIST_BUCKET_MULTIPART_UPLOADS, ALL));
  }

  private static List<S3Right> evaluator() {
    return List.of(
        checkpoints(Action.GET_OBJECT, RUNS),
        checkpoints(Action.PUT_OBJECT, BEST),
        checkpoints(Action.PUT_OBJECT, TESTS),
        checkpoints(Action.DELETE_OBJECT, TESTS),
        checkpoints(Action.LIST_BUCKET, RUNS));
  }

  private static List<S3Right> readsData() {
    // The right to list is what distinguishes a missing recording from a denied one.
    return List.of(data(Action.GET_OBJECT), data(Action.LIST_BUCKET));
  }

  /** {@code reproduce} reads checkpoints; {@code check}, {@code prepare} and {@code pack} data. */
  private static List<S3Right> commandLine() {
    return List.of(
        checkpoints(Action.GET_OBJECT, RUNS),
        checkpoints(Action.LIST_BUCKET, RUNS),
        data(Action.GET_OBJECT),
        data(Action.LIST_BUCKET));
  }

  private static S3Right checkpoints(Action action, String keys) {
    return new S3Right(Place.CHECKPOINTS, action, keys);
  }

  private static S3Right data(Action action) {
    return new S3Right(Place.DATA, action, ALL);
  }
}
