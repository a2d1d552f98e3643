#!/usr/bin/env bash
# s3proxy 4.1.0, file system store: of two PUTs of one object with the same If-Match, both may succeed. The entity tag is
# compared before the body is received and outside of any lock, so If-Match is no compare-and-swap there. With
# If-None-Match: * exactly one of two PUTs succeeds.
#
# Expected: that, as with Amazon S3, at most one of several PUTs with the entity tag of the same version is answered with
# 200 and the others with 412 or 409, because the first one changes the version.
#
# Seen, in 200 rounds of two concurrent PUTs each:
#   If-Match: both succeeded in 58 rounds
#   If-None-Match: both succeeded in 0 rounds
# The first number depends on the machine; the script fails if it is 0, or the second one is not.
#
# Needs a JDK (17 or later) and Maven; takes s3proxy 4.1.0 from Maven Central.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat > pom.xml <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId>
  <artifactId>finding</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.gaul</groupId><artifactId>s3proxy</artifactId><version>4.1.0</version>
      <exclusions>
        <exclusion><groupId>com.google.cloud</groupId><artifactId>*</artifactId></exclusion>
        <exclusion><groupId>io.grpc</groupId><artifactId>*</artifactId></exclusion>
        <exclusion><groupId>com.azure</groupId><artifactId>*</artifactId></exclusion>
        <exclusion><groupId>ch.qos.logback</groupId><artifactId>*</artifactId></exclusion>
      </exclusions>
    </dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>2.0.17</version></dependency>
  </dependencies>
</project>
POM

cat > IfMatch.java <<'JAVA'
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

public class IfMatch {
  static final int ROUNDS = 200;
  static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  static URI bucket;

  public static void main(String[] arguments) {
    int status = 1;
    try {
      Path data = Files.createDirectories(Path.of("data"));
      S3Proxy proxy =
          S3Proxy.builder()
              .blobStore(new FilesystemNio2BlobStore(data.toString()))
              .endpoint(URI.create("http://127.0.0.1:0"))
              .awsAuthentication(AuthenticationType.NONE, null, null)
              .build();
      proxy.start();
      bucket = URI.create("http://127.0.0.1:" + proxy.getPort() + "/bucket/");
      put("", "", null, null).join();
      int match = 0;
      int noneMatch = 0;
      for (int round = 0; round < ROUNDS; round++) {
        var first = put("counter", "round " + round, null, null).join();
        String tag = first.headers().firstValue("ETag").orElseThrow();
        match += both("counter", "If-Match", tag) ? 1 : 0;
        noneMatch += both("new-" + round, "If-None-Match", "*") ? 1 : 0;
      }
      System.out.println("If-Match: both succeeded in " + match + " rounds");
      System.out.println("If-None-Match: both succeeded in " + noneMatch + " rounds");
      status = match > 0 && noneMatch == 0 ? 0 : 1;
    } catch (Exception e) {
      e.printStackTrace();
    }
    System.exit(status);
  }

  static boolean both(String key, String header, String value) {
    List<CompletableFuture<HttpResponse<Void>>> puts = new ArrayList<>();
    for (int writer = 1; writer <= 2; writer++) {
      puts.add(put(key, "writer " + writer, header, value));
    }
    List<Integer> statuses = puts.stream().map(put -> put.join().statusCode()).toList();
    if (!statuses.contains(200) || statuses.stream().anyMatch(s -> s != 200 && s != 412 && s != 409)) {
      throw new IllegalStateException(header + " was answered with " + statuses);
    }
    return statuses.equals(List.of(200, 200));
  }

  static CompletableFuture<HttpResponse<Void>> put(
      String key, String body, String header, String value) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(bucket.resolve(key))
            .timeout(Duration.ofSeconds(30))
            .PUT(HttpRequest.BodyPublishers.ofString(body));
    if (header != null) {
      request.header(header, value);
    }
    return CLIENT.sendAsync(request.build(), HttpResponse.BodyHandlers.discarding());
  }
}
JAVA

mvn -q -B dependency:build-classpath -Dmdep.outputFile=classpath -Dmdep.includeScope=runtime
timeout 120 java -cp "$(cat classpath)" IfMatch.java
