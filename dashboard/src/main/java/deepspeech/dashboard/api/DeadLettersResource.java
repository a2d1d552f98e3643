package deepspeech.dashboard.api;

import deepspeech.dashboard.history.History;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;

/** HTTP resource for the dead letters that belong to no run. */
@Path("/api/dead-letters")
@Produces(MediaType.APPLICATION_JSON)
public class DeadLettersResource {
  private static final int USUAL_LETTERS = 50;
  private static final int MOST_LETTERS = 1000;

  private final History history;

  DeadLettersResource(History history) {
    this.history = history;
  }

  @GET
  public DeadLettersView letters(
      @QueryParam("reason") String reason,
      @QueryParam("offset") String offset,
      @QueryParam("limit") String limit) {
    return DeadLettersView.of(
        history.deadLettersWithoutRun(Optional.ofNullable(reason)),
        Query.whole("offset", offset, 0, 0, Integer.MAX_VALUE),
        Query.whole("limit", limit, USUAL_LETTERS, 1, MOST_LETTERS));
  }
}
