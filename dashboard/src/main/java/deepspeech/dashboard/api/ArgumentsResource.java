package deepspeech.dashboard.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import deepspeech.messages.configuration.Argument;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;

/** HTTP resource that lists the configuration arguments of a run, for a form. */
@Path("/api/arguments")
@Produces(MediaType.APPLICATION_JSON)
public class ArgumentsResource {
  /**
   * An argument.
   *
   * @param type {@code text}, {@code integer}, {@code number} or {@code flag}
   * @param defaultValue null for the manual's None
   * @param optional whether the argument may be None
   * @param choices the only allowed values, if there are only a few; otherwise empty
   */
  record ArgumentView(
      String name,
      String type,
      @JsonProperty("default") @JsonInclude(JsonInclude.Include.ALWAYS) Object defaultValue,
      boolean optional,
      List<String> choices,
      String allowed,
      String help) {
    static ArgumentView of(Argument argument) {
      return new ArgumentView(
          argument.argumentName(),
          argument.typeName(),
          argument.defaultValue(),
          argument.optional(),
          argument.choices(),
          argument.allowed(),
          argument.description());
    }
  }

  /** All arguments in alphabetical order. */
  record Arguments(List<ArgumentView> arguments) {}

  @GET
  public Arguments arguments() {
    return new Arguments(Argument.alphabetical().stream().map(ArgumentView::of).toList());
  }
}
