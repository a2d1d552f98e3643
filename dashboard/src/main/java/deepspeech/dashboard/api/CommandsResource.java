package deepspeech.dashboard.api;

import deepspeech.broker.BrokerException;
import deepspeech.broker.command.CommandDispatch;
import deepspeech.broker.command.CommandRejectedException;
import deepspeech.broker.command.CommandUnansweredException;
import deepspeech.dashboard.history.History;
import deepspeech.dashboard.history.RunRecord;
import deepspeech.dashboard.reading.HistoryReader;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import deepspeech.messages.command.Command;
import deepspeech.messages.run.RunState;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * HTTP resource that publishes commands, the same as the command line does, and returns the
 * trainer's answer.
 */
@Path("/api/commands")
@Produces(MediaType.APPLICATION_JSON)
public class CommandsResource {
  private static final Logger LOG = LoggerFactory.getLogger(CommandsResource.class);
  private static final int CONFLICT = 409;
  private static final int UNPROCESSABLE = 422;
  private static final int UNAVAILABLE = 503;
  private static final int GATEWAY_TIMEOUT = 504;

  /**
   * Maximum number of commands that wait for an answer. Each of them has its own connections to the
   * broker.
   */
  private static final int AT_ONCE = 8;

  private final CommandDispatch dispatch;
  private final HistoryReader reader;
  private final Semaphore permits = new Semaphore(AT_ONCE);

  CommandsResource(CommandDispatch dispatch, HistoryReader reader) {
    this.dispatch = dispatch;
    this.reader = reader;
  }

  /**
   * A command that the trainer has accepted.
   *
   * @param id {@code ce_id} of the command
   */
  record Accepted(String id, RunView state) {}

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Blocking
  public Response publish(byte[] body) throws InterruptedException {
    Command command;
    try {
      command = Json.readStrictly(body, Command.class);
    } catch (InvalidMessageException e) {
      return Failures.answer(UNPROCESSABLE, new Failure(e.getMessage()));
    }
    if (!reader.status().connected()) {
      return Failures.answer(UNAVAILABLE, new Failure("the broker does not answer"));
    }
    if (!permits.tryAcquire()) {
      return Failures.answer(
          UNAVAILABLE,
          new Failure("too many commands: %d are waiting for an answer".formatted(AT_ONCE)));
    }
    try {
      return dispatch(command);
    } finally {
      permits.release();
    }
  }

  private Response dispatch(Command command) throws InterruptedException {
    String id = UUID.randomUUID().toString();
    try {
      RunState state = dispatch.send(command, id);
      LOG.info("run {}: {} accepted", command.run(), command.name());
      return Response.ok(new Accepted(id, view(state))).build();
    } catch (CommandRejectedException e) {
      LOG.info("{}", e.getMessage());
      return Failures.answer(CONFLICT, new Failure(e.reason(), id));
    } catch (CommandUnansweredException e) {
      LOG.warn("{}", e.getMessage());
      return Failures.answer(
          GATEWAY_TIMEOUT,
          new Failure("no trainer has answered yet; the command waits for the next trainer", id));
    } catch (BrokerException e) {
      LOG.warn("{}", e.getMessage());
      return Failures.answer(UNAVAILABLE, new Failure("the broker did not accept the command"));
    }
  }

  /** Makes the view from the answer itself, because the reader may not have read the answer yet. */
  private static RunView view(RunState state) {
    History one = new History();
    one.add(state, Optional.empty());
    RunRecord record = one.run(state.run()).orElseThrow();
    return RunView.of(record);
  }
}
