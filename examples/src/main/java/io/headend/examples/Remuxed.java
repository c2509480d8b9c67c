package io.headend.examples;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.StreamSource;
import io.headend.packaging.Mezzanine;
import io.headend.packaging.RemuxSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Inputs that are no MP4 files, in the form of MP4 files, until they are packaged. */
final class Remuxed implements AutoCloseable {

    private final Path folder;
    private int count;

    Remuxed(Path folder) {
        this.folder = folder;
    }

    /**
     * Adds an input to a mezzanine.
     *
     * @return what was left out, one sentence each
     */
    List<String> add(String input, Mezzanine.Builder mezzanine) {
        Path file = Path.of(input);
        if (Files.isDirectory(file) || !Files.exists(file)) {
            throw MediaException.invalidArgument("'" + input + "': "
                    + (Files.exists(file) ? "is a folder; name a media file in it" : "no such file"));
        }
        if (Mezzanine.reads(file)) {
            mezzanine.input(file);
            return List.of();
        }
        try (StreamSource source = Inputs.recording(input);
                RemuxSink sink = RemuxSink.into(folder.resolve(Integer.toString(count++)))) {
            source.run(sink);
            sink.files().forEach(made -> mezzanine.input(made, input));
            return sink.leftOut().stream().map(why -> input + ": " + why).toList();
        }
    }

    @Override
    public void close() {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new MediaException(MediaErrorCode.IO, "cannot remove '" + folder + "': " + e.getMessage(), e);
        }
    }
}
