package io.headend.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.ContentProtection;
import io.headend.core.EpochGrid;
import io.headend.core.ProtectionScheme;
import io.headend.core.Rational;
import io.headend.core.SampleInfo;
import io.headend.core.SampleProtector;
import io.headend.core.Track;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SharedMedia;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakExtension.class)
class ProtectedRenditionTest {

    /** Flips every bit and writes down how it is called. */
    private static final class Inverting implements SampleProtector {
        final List<String> calls = new ArrayList<>();

        @Override
        public void begin(Track track) {
            calls.add("begin " + track.name());
        }

        @Override
        public void beginSegment(long number) {
            calls.add("segment " + number);
        }

        @Override
        public ContentProtection protection() {
            return new ContentProtection(
                    ProtectionScheme.CENC,
                    new UUID(1, 2),
                    8,
                    ByteBuffer.allocate(0),
                    ContentProtection.Pattern.NONE,
                    List.of());
        }

        @Override
        public Encryption protect(SampleInfo info, ByteBuffer data) {
            String last = calls.get(calls.size() - 1);
            if (!last.equals("sample")) {
                calls.add("sample");
            }
            for (int i = data.position(); i < data.limit(); i++) {
                data.put(i, (byte) ~data.get(i));
            }
            return new Encryption(ByteBuffer.allocate(8), List.of());
        }
    }

    @Test
    void tellsTheProtectorTrackAndSegments() {
        Clips.Clip audio = Clips.read(SharedMedia.require("packaging/src-clips/s8_a.mp4"), 0);
        Inverting protector = new Inverting();
        try (HeapSegmentStore store = HeapSegmentStore.builder().build();
                Packager packager = Packager.builder(store)
                        .policy(SegmentationPolicy.vod(new EpochGrid(Rational.of(25, 1), 100, 1)))
                        .rendition("audio", protector)
                        .build()) {
            Feed.all(packager.sink("audio"), audio);
            packager.finish();
            assertThat(protector.calls).containsExactly("begin audio", "segment 0", "sample", "segment 1", "sample");
            assertThat(ByteBuffer.wrap("senc".getBytes(StandardCharsets.US_ASCII)))
                    .satisfies(name -> assertThat(contains(Feed.segment(store, "audio", 1), name))
                            .isTrue());
        }
    }

    private static boolean contains(ByteBuffer all, ByteBuffer part) {
        for (int i = 0; i + part.remaining() <= all.limit(); i++) {
            if (all.slice(i, part.remaining()).equals(part)) {
                return true;
            }
        }
        return false;
    }
}
