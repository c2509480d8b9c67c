package io.headend.transcode;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.Timebase;
import java.io.IOException;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the latest snapshots of one program as files {@code snapshot-MILLISECONDS.jpg}, by their time on the epoch timeline;
 * each appears whole. What it has written itself is deleted when there are more than it is to keep.
 *
 * <p><b>Threading:</b> one thread gives snapshots. A file that cannot be written is logged and left out.
 */
public final class SnapshotFolder implements Consumer<Snapshot> {

    private static final Logger log = LoggerFactory.getLogger(SnapshotFolder.class);

    private final Path folder;
    private final int most;
    private final ArrayDeque<Path> written = new ArrayDeque<>();

    private SnapshotFolder(Path folder, int most) {
        this.folder = folder;
        this.most = most;
    }

    /**
     * @param folder made where it is missing
     * @param most files to keep, 1 to 100000
     * @throws MediaException {@code IO} if the folder cannot be made
     */
    public static SnapshotFolder at(Path folder, int most) {
        if (most < 1 || most > 100_000) {
            throw MediaException.invalidArgument("a folder keeps 1 to 100000 snapshots, not " + most);
        }
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new MediaException(
                    MediaErrorCode.IO, "cannot make the folder " + folder + " for snapshots: " + e.getMessage(), e);
        }
        return new SnapshotFolder(folder, most);
    }

    @Override
    public void accept(Snapshot snapshot) {
        long millis = snapshot.at().ticksIn(Timebase.of(1, 1000), RoundingMode.FLOOR);
        Path file = folder.resolve("snapshot-" + millis + ".jpg");
        Path begun = folder.resolve("snapshot-" + millis + ".jpg.part");
        try {
            try (FileChannel channel = FileChannel.open(
                    begun, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
                ByteBuffer bytes = snapshot.jpeg();
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
            Files.move(begun, file, StandardCopyOption.REPLACE_EXISTING);
            written.add(file);
            while (written.size() > most) {
                Files.deleteIfExists(written.poll());
            }
        } catch (IOException e) {
            log.warn("snapshot {} is not written", file, e);
        }
    }
}
