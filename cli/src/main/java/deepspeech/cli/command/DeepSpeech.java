package deepspeech.cli.command;

import deepspeech.broker.BrokerException;
import deepspeech.broker.command.CommandRejectedException;
import deepspeech.broker.command.CommandUnansweredException;
import deepspeech.checkpoint.CheckpointStoreException;
import deepspeech.cli.failure.CommandFailedException;
import deepspeech.messages.InvalidMessageException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.lang.ref.Reference;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line with all its commands. */
@Command(
    name = "deepspeech",
    description =
        "Trains DeepSpeech2 speech recognition models with services that communicate over Apache Kafka.",
    mixinStandardHelpOptions = true,
    version = "deepspeech 0.1.0",
    scope = ScopeType.INHERIT,
    sortOptions = false,
    usageHelpAutoWidth = true,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:success",
      "1:failure; one line on standard error gives the reason",
      "2:invalid command line",
      "3:the run that is watched was stopped",
      "4:failure that may pass: the broker does not answer, or no trainer does"
    },
    synopsisSubcommandLabel = "COMMAND")
public final class DeepSpeech implements Runnable {
  /** Exit status that tells a job to try the same command again later. */
  private static final int MAY_PASS = 4;

  private final Context context;
  private CommandLine commandLine;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "show log messages of the libraries, and the stack trace of a failure")
  private boolean verbose;

  private DeepSpeech(Context context) {
    this.context = context;
  }

  /** Creates a command line that is ready to {@link CommandLine#execute execute}. */
  public static CommandLine commandLine(Context context) {
    DeepSpeech main = new DeepSpeech(context);
    CommandLine commandLine = new CommandLine(main);
    commandLine
        .addSubcommand(new DemoCommand(context))
        .addSubcommand(new UpCommand(context))
        .addSubcommand(new ChaosCommand(context))
        .addSubcommand(TrainCommand.commandLine(context))
        .addSubcommand(ResumeCommand.commandLine(context))
        .addSubcommand(new StopCommand(context))
        .addSubcommand(new PinCommand.Pin(context))
        .addSubcommand(new PinCommand.Unpin(context))
        .addSubcommand(new StatusCommand(context))
        .addSubcommand(new DevicesCommand(context))
        .addSubcommand(new WatchCommand(context))
        .addSubcommand(new ExportCommand(context))
        .addSubcommand(new ReproduceCommand(context))
        .addSubcommand(BenchmarkCommand.commandLine(context))
        .addSubcommand(new SimulateCommand(context))
        .addSubcommand(new DataToolCommand.Prepare())
        .addSubcommand(new DataToolCommand.Check())
        .addSubcommand(new DataToolCommand.Pack())
        .addSubcommand(new HelpCommand())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(context.out())
        .setErr(context.err())
        .setParameterExceptionHandler(DeepSpeech::explain)
        .setExecutionExceptionHandler(main::explain)
        .setExecutionStrategy(main::execute);
    main.commandLine = commandLine;
    return commandLine;
  }

  /** Prints the usage if no command is given. */
  @Override
  public void run() {
    commandLine.usage(context.out());
  }

  private int execute(ParseResult parsed) {
    LibraryLogging logging = LibraryLogging.of(verbose);
    ParseResult command = parsed.subcommand();
    try {
      if (command != null
          && command.isUsageHelpRequested()
          && command.commandSpec().userObject() instanceof DataToolCommand tool) {
        return help(tool, command.commandSpec().commandLine());
      }
      return new CommandLine.RunLast().execute(parsed);
    } finally {
      Reference.reachabilityFence(logging);
    }
  }

  /** picocli explains only what it wraps, as it does for commands that it runs itself. */
  private static int help(DataToolCommand tool, CommandLine command) {
    try {
      return tool.help();
    } catch (CommandFailedException e) {
      throw new CommandLine.ExecutionException(command, e.getMessage(), e);
    }
  }

  private int explain(Exception failure, CommandLine command, ParseResult parsed) throws Exception {
    if (verbose) {
      failure.printStackTrace(context.err());
      return CommandLine.ExitCode.SOFTWARE;
    }
    context.note("deepspeech " + command.getCommandName() + ": " + line(failure));
    return mayPass(failure) ? MAY_PASS : CommandLine.ExitCode.SOFTWARE;
  }

  private static boolean mayPass(Exception failure) {
    return failure instanceof CommandUnansweredException
        || (failure instanceof BrokerException broker && !broker.denied());
  }

  private static String line(Exception failure) {
    boolean expected =
        failure instanceof CommandFailedException
            || failure instanceof InvalidMessageException
            || failure instanceof BrokerException
            || failure instanceof CommandRejectedException
            || failure instanceof CommandUnansweredException
            || failure instanceof CheckpointStoreException
            || failure instanceof UncheckedIOException;
    return expected
        ? failure.getMessage()
        : failure + " (unexpected; --verbose shows the stack trace)";
  }

  private static int explain(ParameterException failure, String[] arguments) {
    CommandLine command = failure.getCommandLine();
    PrintWriter err = command.getErr();
    err.println(command.getCommandSpec().qualifiedName() + ": " + oneLine(failure.getMessage()));
    if (!UnmatchedArgumentException.printSuggestions(failure, err)) {
      err.println("See " + command.getCommandSpec().qualifiedName() + " --help");
    }
    err.flush();
    return CommandLine.ExitCode.USAGE;
  }

  private static String oneLine(String message) {
    return String.join(" ", message.lines().map(String::strip).toList());
  }
}
