package io.headend.examples;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code ./headend} command. */
@Command(
        name = "headend",
        description = "A broadcast headend in one process: take a feed in, transcode it, package it, serve it.",
        mixinStandardHelpOptions = true,
        versionProvider = Versions.class,
        footerHeading = "%nExample:%n",
        footer = "  ./headend demo            a live channel with a player at http://127.0.0.1:8080/")
public final class Headend implements Runnable {

    private static final List<Class<?>> COMMANDS = List.of(
            DemoCommand.class,
            LiveCommand.class,
            OriginCommand.class,
            VodCommand.class,
            PackageCommand.class,
            HarvestCommand.class,
            ProbeCommand.class,
            IngestCommand.class,
            ScoreCommand.class,
            CompareCommand.class,
            KeysCommand.class);

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
        return commandLine(args).execute(args);
    }

    /** The one command that is named, or all: reading the options of each by reflection is a third of the start. */
    static CommandLine commandLine(String... args) {
        List<Class<?>> named = COMMANDS.stream()
                .filter(type -> args.length > 0 && args[0].equals(name(type)))
                .toList();
        CommandLine line = new CommandLine(new Headend());
        (named.isEmpty() ? COMMANDS : named).forEach(type -> line.addSubcommand(name(type), type));
        return line.setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setExecutionExceptionHandler(Failures::report)
                .setParameterExceptionHandler(Failures::usage);
    }

    private static String name(Class<?> type) {
        return type.getAnnotation(Command.class).name();
    }
}
