package deepspeech.dashboard.api;

import deepspeech.messages.InvalidMessageException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Answers invalid requests with a one-line reason. */
public class Failures {
  @ServerExceptionMapper
  Response invalid(InvalidMessageException failure) {
    return answer(Response.Status.BAD_REQUEST.getStatusCode(), new Failure(failure.getMessage()));
  }

  static Response answer(int status, Failure failure) {
    return Response.status(status).type(MediaType.APPLICATION_JSON).entity(failure).build();
  }
}
