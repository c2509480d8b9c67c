package io.headend.transcode.shots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.LeakDetector;
import io.headend.core.MediaException;
import io.headend.core.PictureSize;
import io.headend.ffmpeg.AvFrame;
import io.headend.testkit.LeakExtension;
import io.headend.transcode.compare.Clips;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakExtension.class)
class PiecePicturesTest {

    private static final PictureSize SMALL = new PictureSize(64, 36);
    private static final int BYTES = 64 * 36 * 3 / 2;

    @TempDir
    Path folder;

    private String clip;
    private Piece piece;

    @BeforeEach
    void write() {
        clip = Clips.write(folder.resolve("shots.mp4"), 110, 25, 30).toString();
        piece = SourcePlan.of(clip, Duration.ofSeconds(1), false).pieces().get(1);
    }

    private List<ByteBuffer> read(PiecePictures pictures) {
        List<ByteBuffer> planes = new ArrayList<>();
        try (PiecePictures.Reader reader = pictures.open(SMALL)) {
            for (int i = 0; i < piece.frames(); i++) {
                try (AvFrame frame = reader.next()) {
                    ByteBuffer plane = frame.plane(0);
                    planes.add(ByteBuffer.allocate(plane.remaining()).put(plane).flip());
                }
            }
        }
        return planes;
    }

    @Test
    void keepsWhatThereIsRoomForAndGivesTheRoomBack() {
        AtomicLong room = new AtomicLong((long) BYTES * piece.frames());
        try (PiecePictures pictures = new PiecePictures(clip, piece, room);
                PiecePictures late = new PiecePictures(clip, piece, room)) {
            List<ByteBuffer> first = read(pictures);
            assertThat(room).hasValue(0);
            assertThat(LeakDetector.live()).isEqualTo(Map.of("AvFrame", (long) piece.frames()));
            assertThat(read(pictures)).isEqualTo(first);
            assertThat(read(late)).as("without room they are read again").isEqualTo(first);
            assertThat(LeakDetector.live()).isEqualTo(Map.of("AvFrame", (long) piece.frames()));
        }
        assertThat(room).hasValue((long) BYTES * piece.frames());
    }

    @Test
    void whatWasReadInPartIsReadAgain() {
        AtomicLong room = PiecePictures.roomOfJob();
        long all = room.get();
        try (PiecePictures pictures = new PiecePictures(clip, piece, room)) {
            try (PiecePictures.Reader reader = pictures.open(SMALL)) {
                reader.next().close();
            }
            assertThat(read(pictures)).hasSize(piece.frames());
        }
        assertThat(room).hasValue(all);
    }

    @Test
    void aFileThatIsGoneTakesNothing() {
        AtomicLong room = PiecePictures.roomOfJob();
        long all = room.get();
        try (PiecePictures pictures = new PiecePictures(clip + ".gone", piece, room)) {
            assertThatThrownBy(() -> pictures.open(SMALL)).isInstanceOf(MediaException.class);
        }
        assertThat(room).hasValue(all);
    }
}
