package deepspeech.cli.command;

import deepspeech.cli.failure.CommandFailedException;
import deepspeech.cli.stack.Installation;
import deepspeech.cli.stack.LocalStack;
import deepspeech.cli.stack.StackSettings;
import deepspeech.cli.stack.StackState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A local stack that a command holds in the foreground. It also shuts down in order on Ctrl-C and
 * SIGTERM.
 */
final class RunningStack implements AutoCloseable {
  private final Context context;
  private final LocalStack stack;
  private final AtomicBoolean closing = new AtomicBoolean();

  RunningStack(Context context, Installation installation, StackSettings settings) {
    this.context = context;
    this.stack = new LocalStack(installation, settings, context::note);
    Runtime.getRuntime().addShutdownHook(new Thread(this::close, "stop-stack"));
  }

  /** Starts the stack and prints how to reach it. */
  StackState start() throws InterruptedException {
    context.note("Starting broker, store and services");
    long began = System.nanoTime();
    StackState state = stack.start();
    context.note(
        "Ready after %d s".formatted(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began)));
    if (state.dashboardUrl() != null) {
      context.show("Curves: " + state.dashboardUrl());
    }
    lines(state).forEach(context::show);
    return state;
  }

  LocalStack stack() {
    return stack;
  }

  Optional<String> failure() {
    return stack.failure();
  }

  /**
   * Never returns normally: waits until a part that the stack needs has ended for good, then
   * throws.
   *
   * @throws CommandFailedException that names the part and the reason
   */
  void holdUntilFailure() throws InterruptedException {
    while (true) {
      Optional<String> failure = stack.failure();
      if (failure.isPresent()) {
        throw new CommandFailedException(failure.get());
      }
      TimeUnit.SECONDS.sleep(1);
    }
  }

  @Override
  public void close() {
    if (!closing.getAndSet(true) && stack.isStarted()) {
      context.note("Stopping services, store and broker");
    }
    stack.close();
  }

  private static List<String> lines(StackState state) {
    List<String> lines = new ArrayList<>();
    lines.add(line("Kafka", state.bootstrapServers()));
    lines.add(
        line(
            "S3",
            "%s, bucket %s, access key %s, secret key %s"
                .formatted(
                    state.store().s3Endpoint(),
                    state.store().s3Bucket(),
                    state.store().s3AccessKey(),
                    state.store().s3SecretKey())));
    lines.add(line("dataset root", state.datasetRoot()));
    lines.add(line("logs", state.data() + "/logs"));
    state.healthUrls().forEach((service, url) -> lines.add(line(service, url)));
    return lines;
  }

  private static String line(String what, String where) {
    return "  %-20s %s".formatted(what, where);
  }
}
