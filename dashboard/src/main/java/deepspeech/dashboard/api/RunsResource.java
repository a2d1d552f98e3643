package deepspeech.dashboard.api;

import deepspeech.curves.Axis;
import deepspeech.curves.ChartView;
import deepspeech.dashboard.history.History;
import deepspeech.dashboard.history.RunRecord;
import deepspeech.dashboard.reading.HistoryReader;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;

/** HTTP resource for the runs and the data of each. */
@Path("/api/runs")
@Produces(MediaType.APPLICATION_JSON)
public class RunsResource {
  private static final int USUAL_WIDTH = 1000;
  private static final int USUAL_LETTERS = 50;
  private static final int MOST_LETTERS = 1000;

  private final History history;
  private final HistoryReader reader;

  RunsResource(History history, HistoryReader reader) {
    this.history = history;
    this.reader = reader;
  }

  /** All runs. */
  record Runs(BrokerView broker, List<RunView> runs) {}

  /** The test results of a run, in the order of training. */
  record Evaluations(List<EvaluationView> evaluations) {}

  @GET
  public Runs runs() {
    return new Runs(
        BrokerView.of(reader.status()), history.runs().stream().map(RunView::of).toList());
  }

  @GET
  @Path("{run}")
  public RunDetail run(@PathParam("run") String run) {
    return RunDetail.of(known(run));
  }

  @GET
  @Path("{run}/curves")
  public CurvesView curves(
      @PathParam("run") String run,
      @QueryParam("metrics") String metrics,
      @QueryParam("axis") @DefaultValue("step") String axis,
      @QueryParam("width") String width,
      @QueryParam("smoothing") String smoothing,
      @QueryParam("from") String from,
      @QueryParam("to") String to) {
    ChartView view =
        new ChartView(
            Axis.parse(axis),
            Query.whole("width", width, USUAL_WIDTH, 1, ChartView.WIDEST),
            Query.number("smoothing", smoothing, 0),
            Query.number("from", from, Double.NEGATIVE_INFINITY),
            Query.number("to", to, Double.POSITIVE_INFINITY));
    return CurvesView.of(known(run), Query.metrics(metrics), view);
  }

  @GET
  @Path("{run}/evaluations")
  public Evaluations evaluations(@PathParam("run") String run) {
    return new Evaluations(known(run).evaluations().stream().map(EvaluationView::summary).toList());
  }

  @GET
  @Path("{run}/evaluations/{checkpoint}")
  public EvaluationView evaluation(
      @PathParam("run") String run, @PathParam("checkpoint") String checkpoint) {
    CheckpointId id = CheckpointId.parse(checkpoint);
    return known(run).evaluations().stream()
        .filter(evaluation -> evaluation.checkpoint().equals(id))
        .findFirst()
        .map(EvaluationView::whole)
        .orElseThrow(
            () ->
                missing(
                    "checkpoint: \"%s\" given, which has no test result".formatted(checkpoint)));
  }

  @GET
  @Path("{run}/dead-letters")
  public DeadLettersView deadLetters(
      @PathParam("run") String run,
      @QueryParam("reason") String reason,
      @QueryParam("offset") String offset,
      @QueryParam("limit") String limit) {
    return DeadLettersView.of(
        history
            .run(new RunId(run))
            .orElseThrow(() -> noSuchRun(run))
            .deadLetters(Optional.ofNullable(reason)),
        Query.whole("offset", offset, 0, 0, Integer.MAX_VALUE),
        Query.whole("limit", limit, USUAL_LETTERS, 1, MOST_LETTERS));
  }

  private RunRecord known(String run) {
    return history.run(new RunId(run)).filter(RunRecord::isKnown).orElseThrow(() -> noSuchRun(run));
  }

  private static WebApplicationException noSuchRun(String run) {
    return missing("run: \"%s\" given, no such run".formatted(run));
  }

  private static WebApplicationException missing(String reason) {
    return new WebApplicationException(
        Failures.answer(Response.Status.NOT_FOUND.getStatusCode(), new Failure(reason)));
  }
}
