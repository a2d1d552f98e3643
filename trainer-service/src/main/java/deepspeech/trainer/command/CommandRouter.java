package deepspeech.trainer.command;

import deepspeech.broker.BrokerException;
import deepspeech.checkpoint.CheckpointStoreException;
import deepspeech.messages.command.Command;
import deepspeech.messages.identity.RunId;
import deepspeech.trainer.run.RunRegistry;
import deepspeech.trainer.training.TakenOverException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out commands of any run: here, or by the trainer that has the run. Nobody else writes the
 * state of a run that a trainer has.
 */
public final class CommandRouter {
  private static final Logger LOG = LoggerFactory.getLogger(CommandRouter.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final CommandHandler handler;
  private final RunRegistry registry;
  private final Access access;
  private final OtherTrainers others;

  /** The access of this trainer to runs. */
  public interface Access {
    /** Reads the newest states of all runs into the registry. */
    void refresh() throws InterruptedException;

    /**
     * Calls an action while no other trainer has the run or can take it. The newest state of the
     * run is in the registry then.
     *
     * @return false, without a call, if another trainer has the run
     */
    boolean exclusively(RunId run, Runnable action) throws InterruptedException;
  }

  /** The other trainers of the installation. */
  @FunctionalInterface
  public interface OtherTrainers {
    /**
     * Forwards a command to the trainer that has its run, and waits for the answer for a while.
     *
     * @return false if there was no answer; that trainer may have died or left the run
     * @throws InvalidCommandException if that trainer rejected the command
     */
    boolean carryOut(String id, Command command) throws InterruptedException;
  }

  /**
   * Creates a router.
   *
   * @param handler carries out the commands of runs that no other trainer has
   */
  public CommandRouter(
      CommandHandler handler, RunRegistry registry, Access access, OtherTrainers others) {
    this.handler = handler;
    this.registry = registry;
    this.access = access;
    this.others = others;
  }

  /**
   * Carries out a command, at most once. Waits until a run whose trainer has died can be changed.
   *
   * @param id its {@code ce_id}
   * @throws InvalidCommandException if the command cannot be carried out
   */
  public void take(String id, Command command) throws InterruptedException {
    String lastWarning = "";
    while (true) {
      try {
        if (isCarriedOut(id, command)) {
          return;
        }
      } catch (CheckpointStoreException | BrokerException | TakenOverException e) {
        // Must not end the channel: the next trainer would fail with the same command.
        if (!lastWarning.equals(e.getMessage())) {
          lastWarning = e.getMessage();
          LOG.warn("command {} for run {} waits: {}", id, command.run(), lastWarning);
        }
        TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
      }
    }
  }

  private boolean isCarriedOut(String id, Command command) throws InterruptedException {
    RunId run = command.run();
    access.refresh();
    if (registry.knows(run, id)) {
      return true;
    }
    if (registry.find(run).isEmpty()) {
      // No trainer has it, and no other one takes commands.
      handler.take(id, command);
      return true;
    }
    return access.exclusively(run, () -> handler.take(id, command)) || others.carryOut(id, command);
  }
}
