package deepspeech.tools.common;

import deepspeech.messages.InvalidMessageException;
import deepspeech.runtime.locale.FileNameEncoding;
import deepspeech.speech.DataFileException;
import deepspeech.speech.audio.codec.CodecException;
import deepspeech.speech.storage.Location;
import deepspeech.speech.storage.StorageException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/** Runs a program for data sets. Prints one line per error and returns the exit code. */
public final class DataTool {
  /** Exit code for a command line that cannot be parsed. */
  public static final int BAD_USAGE = 2;

  private DataTool() {}

  /**
   * Runs a program.
   *
   * @param command from {@link #commandLine}
   * @param err receives the errors, one line each
   * @return the exit code
   */
  public static int run(CommandLine command, PrintStream err, String... arguments) {
    // The tools report problems in lines of their own. The log is for the operator of a service.
    Logger.getLogger("").setLevel(Level.OFF);
    FileNameEncoding.ofProcess()
        .warning()
        .ifPresent(line -> err.println(command.getCommandName() + ": " + line));
    return command.execute(arguments);
  }

  /**
   * The command line of a program.
   *
   * @param program a picocli command
   * @param badData the exit code if the data cannot be used
   * @param out receives the results
   * @param err receives the errors, one line each
   */
  public static CommandLine commandLine(
      Object program, int badData, PrintStream out, PrintStream err) {
    CommandLine command = new CommandLine(program);
    String name = command.getCommandName() + ": ";
    return command
        .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
        .setUsageHelpAutoWidth(true)
        .registerConverter(Path.class, DataTool::path)
        .setParameterExceptionHandler(
            (exception, args) -> {
              err.println(name + exception.getMessage() + "; see --help");
              return BAD_USAGE;
            })
        .setExecutionExceptionHandler(
            (exception, line, result) -> {
              if (exception instanceof DataFileException
                  || exception instanceof StorageException
                  || exception instanceof CodecException
                  || exception instanceof UncheckedIOException) {
                err.println(name + exception.getMessage());
                return badData;
              }
              if (exception instanceof InvalidMessageException) {
                err.println(name + exception.getMessage() + "; see --help");
                return BAD_USAGE;
              }
              throw exception;
            });
  }

  private static Path path(String text) {
    if (text.startsWith(Location.OBJECT_SCHEME)) {
      throw new TypeConversionException(
          "'%s' is an object; a path on this machine is expected".formatted(text));
    }
    return Path.of(text);
  }
}
