package deepspeech.testing.server;

import deepspeech.embedded.ServerKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A certificate authority that no JVM knows, and the key of a server on 127.0.0.1 that it vouches
 * for. Made by the {@code keytool} of this JDK.
 */
public final class TestAuthority {
  private static final String PASSWORD = "changeit";
  private static final String AUTHORITY = "authority";
  private static final String SERVER = "server";

  private final Path folder;

  private TestAuthority(Path folder) {
    this.folder = folder;
  }

  /**
   * Makes an authority and a server's key.
   *
   * @param folder for their files; must exist
   */
  public static TestAuthority in(Path folder) throws IOException, InterruptedException {
    TestAuthority authority = new TestAuthority(folder);
    authority.createKeys();
    return authority;
  }

  /** The certificate of the authority, in the form PEM. */
  public Path certificate() {
    return folder.resolve("ca.pem");
  }

  /** The key of the server, with a certificate for 127.0.0.1 and localhost. */
  public ServerKey serverKey() {
    return new ServerKey(store(SERVER), PASSWORD);
  }

  private void createKeys() throws IOException, InterruptedException {
    generate(AUTHORITY, "CN=Test authority", "bc:critical=ca:true");
    generate(SERVER, "CN=localhost", "san=ip:127.0.0.1,dns:localhost");
    Path request = folder.resolve("request.pem");
    Path signed = folder.resolve("server.pem");
    keytool(SERVER, "-certreq", "-file", request.toString());
    keytool(
        AUTHORITY,
        "-gencert",
        "-rfc",
        "-infile",
        request.toString(),
        "-outfile",
        signed.toString(),
        "-ext",
        "san=ip:127.0.0.1,dns:localhost");
    keytool(AUTHORITY, "-exportcert", "-rfc", "-file", certificate().toString());
    Path chain =
        Files.writeString(
            folder.resolve("chain.pem"),
            Files.readString(signed) + Files.readString(certificate()));
    keytool(SERVER, "-importcert", "-noprompt", "-file", chain.toString());
  }

  private void generate(String alias, String name, String extension)
      throws IOException, InterruptedException {
    keytool(
        alias, "-genkeypair", "-keyalg", "EC", "-dname", name, "-validity", "2", "-ext", extension);
  }

  private void keytool(String alias, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(
        List.of(
            "-alias",
            alias,
            "-keystore",
            store(alias).toString(),
            "-storetype",
            "PKCS12",
            "-storepass",
            PASSWORD));
    Path output = folder.resolve("keytool.log");
    int status =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start()
            .waitFor();
    if (status != 0) {
      throw new IOException("keytool " + arguments[0] + ": " + Files.readString(output));
    }
  }

  private Path store(String alias) {
    return folder.resolve(alias + ".p12");
  }
}
