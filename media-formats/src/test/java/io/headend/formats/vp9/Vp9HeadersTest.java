package io.headend.formats.vp9;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.formats.IvfClip;
import io.headend.formats.vp9.Vp9Headers.Frame;
import java.nio.ByteBuffer;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Vp9HeadersTest {

    @ParameterizedTest
    @ValueSource(strings = {"vp9", "vp9_444"})
    void findsWhatAnotherReaderFinds(String name) {
        IvfClip clip = IvfClip.read(Vp9HeadersTest.class, name);
        Vp9Headers headers = Vp9Headers.create();
        assertThat(clip.samples()).hasSizeGreaterThan(12);
        for (int i = 0; i < clip.samples().size(); i++) {
            assertThat(headers.next(clip.samples().get(i)))
                    .as("sample %d", i)
                    .extracting(Frame::header)
                    .isEqualTo(clip.starts().get(i));
        }
    }

    @Test
    void hiddenFramesOfASuperframeAreFramesOfTheirOwn() {
        IvfClip clip = IvfClip.read(Vp9HeadersTest.class, "vp9");
        Vp9Headers headers = Vp9Headers.create();
        List<List<Frame>> all = clip.samples().stream().map(headers::next).toList();
        assertThat(all).anySatisfy(frames -> assertThat(frames).hasSize(2));
        for (int i = 0; i < all.size(); i++) {
            Frame last = all.get(i).get(all.get(i).size() - 1);
            int rest = clip.samples().get(i).limit() - last.offset() - last.size();
            assertThat(rest)
                    .as("index of sample %d", i)
                    .isBetween(0, 2 + 4 * all.get(i).size());
            assertThat(rest > 0).isEqualTo(all.get(i).size() > 1);
        }
    }

    @Property(tries = 2000)
    void strangeBytesAreRefusedOrRead(@ForAll @Size(max = 60) byte[] bytes) {
        strange(ByteBuffer.wrap(bytes));
    }

    @Property(tries = 2000)
    void damagedSamplesAreRefusedOrRead(
            @ForAll @IntRange(max = 8) int sample, @ForAll @IntRange(max = 40) int at, @ForAll byte value) {
        ByteBuffer clear = IvfClip.read(Vp9HeadersTest.class, "vp9").samples().get(sample);
        ByteBuffer damaged =
                ByteBuffer.allocate(clear.limit()).put(clear.duplicate()).flip();
        int from = at < 20 ? at : damaged.limit() - 1 - at + 20;
        damaged.put(Math.max(0, Math.min(from, damaged.limit() - 1)), value);
        strange(damaged);
    }

    private static void strange(ByteBuffer sample) {
        IvfClip clip = IvfClip.read(Vp9HeadersTest.class, "vp9");
        Vp9Headers headers = Vp9Headers.create();
        headers.next(clip.samples().get(0));
        try {
            for (Frame frame : headers.next(sample)) {
                assertThat(frame.header()).isBetween(0, frame.size());
                assertThat(frame.offset() + frame.size()).isLessThanOrEqualTo(sample.limit());
            }
        } catch (MediaException e) {
            assertThat(e.code()).isEqualTo(MediaErrorCode.MALFORMED);
        }
        assertThat(headers.next(clip.samples().get(0))).isNotEmpty();
    }
}
