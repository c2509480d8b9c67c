package io.headend.examples;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code ./headend} command. */
@Command(
        name = "headend",
        description = "A broadcast headend in one process: take a feed in, transcode it, package it, serve it.",
        subcommands = {
            DemoCommand.class,
            LiveCommand.class,
            OriginCommand.class,
            VodCommand.class,
            PackageCommand.class,
            ProbeCommand.class,
            IngestCommand.class,
            ScoreCommand.class,
            CompareCommand.class,
            KeysCommand.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = Versions.class,
        footerHeading = "%nExample:%n",
        footer = "  ./headend demo            a live channel with a player at http://127.0.0.1:8080/")
public final class Headend implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it in before run
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do: one of the commands below.");
    }

    public static void main(String[] args) {
        System.exit(execute(args));
    }

    /** Runs a command line; returns 0, 1 for a failure, 2 for wrong usage. */
    static int execute(String... args) {
        return commandLine().execute(args);
    }

    static CommandLine commandLine() {
        return new CommandLine(new Headend())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setExecutionExceptionHandler(Failures::report)
                .setParameterExceptionHandler(Failures::usage);
    }
}
