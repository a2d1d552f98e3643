package deepspeech.objectstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import deepspeech.messages.store.S3Right;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import io.minio.messages.ErrorResponse;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ObjectStoreClientTest {
  private static final String ACTION = "read s3://speech/a.wav";

  private final ObjectStoreClient client = client(new Retry(3, Duration.ofMillis(1)));
  private final AtomicInteger sent = new AtomicInteger();

  @AfterEach
  void close() {
    client.close();
  }

  @Test
  void aRequestThatFailsInPassingIsSentAgain() throws Exception {
    // Given
    ObjectStoreClient.Request<String> request =
        minio -> {
          if (sent.incrementAndGet() < 3) {
            throw new IOException("connection reset");
          }
          return "answer";
        };
    // When
    String answer = client.send(request);
    // Then
    assertThat(answer).isEqualTo("answer");
    assertThat(sent).hasValue(3);
  }

  @Test
  void aFailureInAllAttemptsReportsHowManyThereWere() {
    // Given
    Exception reset = new EOFException("the connection broke\nat a place");
    // When
    S3Failure failure = fail(new CompletionException(new MinioException(reset)));
    // Then
    assertThat(failure.isPassing()).isTrue();
    assertThat(failure).hasCause(reset);
    assertThat(failure.line(ACTION, "speech"))
        .isEqualTo(
            "S3 endpoint http://store:9000: cannot read s3://speech/a.wav: EOFException: the connection broke (tried 3 times)");
    assertThat(sent).hasValue(3);
  }

  @Test
  void whoIsPatientSendsARequestAgainWhateverTheNumberOfAttempts() throws Exception {
    // Given
    Retry patient = new Retry(1, Duration.ZERO, Duration.ofMinutes(1), line -> {});
    try (ObjectStoreClient waits = client(patient)) {
      // When
      String answer =
          waits.send(
              minio -> {
                if (sent.incrementAndGet() < 50) {
                  throw new IOException("connection reset");
                }
                return "answer";
              });
      // Then
      assertThat(answer).isEqualTo("answer");
    }
  }

  @Test
  void whatTheCallerThrowsIsPassedOnAsItIs() {
    // Given
    OfTheCaller thrown = new OfTheCaller();
    // When / Then
    assertThatThrownBy(
            () ->
                client.send(
                    minio -> {
                      sent.incrementAndGet();
                      throw thrown;
                    }))
        .isSameAs(thrown);
    assertThat(sent).hasValue(1);
  }

  @ParameterizedTest
  @CsvSource({
    "SlowDown, 503, 3, true",
    "SlowDownWrite, 429, 3, true",
    "Whatever, 500, 3, true",
    "NoSuchKey, 404, 1, false",
    "SignatureDoesNotMatch, 403, 1, false",
    "InvalidArgument, 400, 1, false"
  })
  void onlyAnAnswerThatMayChangeIsRequestedAgain(
      String code, int status, int times, boolean passing) {
    // Given
    ErrorResponseException answer = answer(code, status);
    // When
    S3Failure failure = fail(answer);
    // Then
    assertThat(failure.isPassing()).isEqualTo(passing);
    assertThat(failure.code()).contains(code);
    assertThat(sent).hasValue(times);
  }

  @Test
  void aRefusedKeyIsNamedWithoutItsSecret() {
    // Given
    ErrorResponseException answer = answer("SignatureDoesNotMatch", 403);
    // When
    S3Failure failure = fail(answer);
    // Then
    assertThat(failure.isRefusal()).isTrue();
    assertThat(failure.line(ACTION, "speech"))
        .isEqualTo(
            "S3 endpoint http://store:9000 refuses access key someone: cannot read s3://speech/a.wav: SignatureDoesNotMatch");
    assertThat(failure.getMessage()).doesNotContain("sesame");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PUT_OBJECT | Access Denied. | s3:PutObject | ''",
        "GET_OBJECT | Access Denied | s3:GetObject, or s3:ListBucket if there is no such object | ''",
        "PUT_OBJECT | not authorized to perform: kms:Decrypt | s3:PutObject | ' (not authorized to perform: kms:Decrypt)'"
      })
  void aDenialNamesTheRightToGrant(
      S3Right.Action right, String words, String named, String repeated) {
    // Given
    ErrorResponseException answer = answer("AccessDenied", 403, words);
    // When
    S3Failure failure = fail(answer);
    // Then
    assertThat(failure.isDenial()).isTrue();
    assertThat(failure.isPassing()).isFalse();
    assertThat(failure.line(ACTION, right, "speech"))
        .isEqualTo(
            "S3 endpoint http://store:9000 denies access key someone the action "
                + named
                + ": cannot read s3://speech/a.wav: grant it"
                + repeated);
  }

  @Test
  void aRefusedKeyIsNoDenial() {
    // Given
    ErrorResponseException answer = answer("SignatureDoesNotMatch", 403);
    // When
    S3Failure failure = fail(answer);
    // Then
    assertThat(failure.isDenial()).isFalse();
    assertThat(failure.line(ACTION, S3Right.Action.GET_OBJECT, "speech"))
        .isEqualTo(failure.line(ACTION, "speech"));
  }

  @Test
  void aMissingBucketIsNamed() {
    // Given
    ErrorResponseException answer = answer("NoSuchBucket", 404);
    // When
    S3Failure failure = fail(answer);
    // Then
    assertThat(failure.line(ACTION, "speech"))
        .isEqualTo(
            "S3 endpoint http://store:9000 has no bucket speech: cannot read s3://speech/a.wav");
  }

  @Test
  void aServerThatIsAwayIsReported() {
    // Given
    Exception unreachable = new ConnectException("Connection refused");
    Exception unknown = new UnknownHostException("store");
    Exception silent = new SocketTimeoutException("timeout");
    // When / Then
    assertThat(fail(unreachable).line(ACTION, "speech"))
        .isEqualTo(
            "S3 endpoint http://store:9000 is not reachable: cannot read s3://speech/a.wav: Connection refused (tried 3 times)");
    assertThat(fail(unknown).line(ACTION, "speech"))
        .isEqualTo(
            "S3 endpoint http://store:9000 is not reachable: cannot read s3://speech/a.wav: host store is not known (tried 3 times)");
    assertThat(fail(silent).line(ACTION, "speech"))
        .isEqualTo(
            "S3 endpoint http://store:9000 does not answer in time: cannot read s3://speech/a.wav (tried 3 times)");
  }

  private S3Failure fail(Exception thrown) {
    return catchThrowableOfType(
        S3Failure.class,
        () ->
            client.send(
                minio -> {
                  sent.incrementAndGet();
                  throw thrown;
                }));
  }

  private static ErrorResponseException answer(String code, int status) {
    return answer(code, status, "in words");
  }

  private static ErrorResponseException answer(String code, int status, String words) {
    Response response =
        new Response.Builder()
            .request(new Request.Builder().url("http://store:9000/speech/a.wav").build())
            .protocol(Protocol.HTTP_1_1)
            .code(status)
            .message("")
            .build();
    return new ErrorResponseException(
        new ErrorResponse(code, words, "speech", "a.wav", "/speech/a.wav", "1", "2"), response, "");
  }

  /** What is not the server's failure. */
  private static final class OfTheCaller extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static ObjectStoreClient client(Retry retry) {
    return new ObjectStoreClient(
        new ObjectStoreConfiguration(
            URI.create("http://store:9000"), "someone", "open sesame", null),
        new Connections(Duration.ofSeconds(1), Duration.ofSeconds(1), 1, Duration.ofSeconds(1)),
        retry,
        OfTheCaller.class);
  }
}
