package io.headend.examples;

import io.headend.core.MediaException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what goes wrong into one clear line. */
final class Failures {

    private static final Logger log = LoggerFactory.getLogger(Failures.class);

    private Failures() {}

    static int report(Exception failure, CommandLine command, ParseResult parsed) {
        if (failure instanceof ParameterException parameter) {
            return usage(parameter, parsed.originalArgs().toArray(String[]::new));
        }
        log.debug("command failed", failure);
        PrintWriter err = command.getErr();
        err.println("headend: " + sentence(failure));
        err.flush();
        return 1;
    }

    static int usage(ParameterException failure, String[] args) {
        CommandLine command = failure.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("headend: " + oneLine(failure.getMessage()));
        if (!UnmatchedArgumentException.printSuggestions(failure, err)) {
            err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        }
        err.flush();
        return 2;
    }

    static String sentence(Throwable failure) {
        String message = oneLine(failure.getMessage());
        if (failure instanceof NoSuchFileException) {
            return message + ": no such file";
        }
        if (failure instanceof FileAlreadyExistsException) {
            return message + ": exists already";
        }
        if (failure instanceof MediaException || failure instanceof FileSystemException) {
            return message;
        }
        String kind = failure.getClass().getSimpleName();
        return "unexpected " + kind + (message.isEmpty() ? "" : ": " + message) + " (run with -v for details)";
    }

    private static String oneLine(@Nullable String message) {
        return message == null ? "" : message.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
