package io.headend.formats.isobmff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.core.VideoFormat;
import io.headend.formats.Configs;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class BoxReaderTest {

    private static final TrackExtendsBox DEFAULTS = new TrackExtendsBox(1, 1, 0, 0, 0);

    /** Looks at every box in every way there is; only a MediaException may come out. */
    private static void lookAt(ByteBuffer bytes) {
        List<ParsedBox> boxes;
        try {
            boxes = BoxReader.read(bytes);
        } catch (MediaException e) {
            assertThat(e.code()).isEqualTo(MediaErrorCode.MALFORMED);
            return;
        }
        boxes.forEach(BoxReaderTest::lookInto);
    }

    private static void lookInto(ParsedBox box) {
        List<Consumer<ParsedBox>> parsers = List.of(
                FileTypeBox::parse,
                SegmentIndexBox::parse,
                ProducerReferenceTimeBox::parse,
                EventMessageBox::parse,
                ProtectionSystemSpecificHeaderBox::parse,
                TrackEncryptionBox::parse,
                TrackExtendsBox::parse,
                b -> SampleEncryptionBox.parse(b, 8),
                b -> TrackFragment.parse(b, DEFAULTS));
        for (Consumer<ParsedBox> parser : parsers) {
            try {
                parser.accept(box);
            } catch (MediaException e) {
                assertThat(e.code()).isIn(MediaErrorCode.MALFORMED, MediaErrorCode.UNSUPPORTED);
            }
        }
        box.children().forEach(BoxReaderTest::lookInto);
    }

    @Property(tries = 2000)
    void anyBytesAreBoxesOrMalformed(@ForAll @Size(max = 200) byte[] bytes) {
        lookAt(ByteBuffer.wrap(bytes));
    }

    @Property(tries = 2000)
    void damagedSegmentsAreMalformedAtWorst(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 8) int flips, @ForAll @IntRange(max = 100) int cut) {
        Random random = new Random(seed);
        byte[] bytes = segment();
        for (int i = 0; i < flips; i++) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        lookAt(ByteBuffer.wrap(bytes, 0, bytes.length - Math.min(cut, bytes.length)));
    }

    private static byte[] segment() {
        TrackFragment.Builder fragment = TrackFragment.builder(1, 5);
        for (int i = 0; i < 10; i++) {
            fragment.sample(i, 10 + i, i == 0 ? SampleFlags.SYNC : SampleFlags.NON_SYNC, -i);
        }
        List<Box> boxes = new ArrayList<>();
        boxes.add(FileTypeBox.segment("msdh", "msdh"));
        boxes.add(new SegmentIndexBox(1, 90_000, 5, 0, List.of(new SegmentIndexBox.Reference(100, 45, true))));
        boxes.add(fragment.build().toMovieFragment(1));
        boxes.add(new OpaqueBox("mdat", ByteBuffer.allocate(145)));
        ByteBuffer init = InitializationSegment.of(
                new Track(0, "v", VideoFormat.of(Configs.avc(), 640, 360), Timebase.MPEG, null), null);
        ByteBuffer rest = Box.toBytes(boxes);
        return ByteBuffer.allocate(init.remaining() + rest.remaining())
                .put(init)
                .put(rest)
                .array();
    }

    @Test
    void findsBoxesByPath() {
        List<ParsedBox> boxes = BoxReader.read(ByteBuffer.wrap(segment()));
        assertThat(boxes).extracting(ParsedBox::type).containsExactly("ftyp", "moov", "styp", "sidx", "moof", "mdat");
        assertThat(BoxReader.find(boxes, "moov/trak/mdia/minf/stbl/stsd/avc1/avcC"))
                .isPresent();
        assertThat(BoxReader.find(boxes, "moov/trak/none")).isEmpty();
        assertThat(BoxReader.find(boxes, "moof/traf/trun"))
                .hasValueSatisfying(trun -> assertThat(trun.version()).isOne());
    }

    @Test
    void readsLargeAndOpenSizesAndExtendedTypes() {
        ByteBuffer large = ByteBuffer.allocate(20).putInt(1).put("free".getBytes(StandardCharsets.US_ASCII));
        large.putLong(20).putInt(7).flip();
        assertThat(BoxReader.read(large))
                .singleElement()
                .satisfies(b -> assertThat(b.headerSize()).isEqualTo(16));
        ByteBuffer open = ByteBuffer.allocate(12).putInt(0).put("mdat".getBytes(StandardCharsets.US_ASCII));
        assertThat(BoxReader.read(open.putInt(7).flip()))
                .singleElement()
                .satisfies(b -> assertThat(b.size()).isEqualTo(12));
        ByteBuffer uuid = ByteBuffer.allocate(28).putInt(28).put("uuid".getBytes(StandardCharsets.US_ASCII));
        assertThat(BoxReader.read(uuid.rewind()))
                .singleElement()
                .satisfies(b -> assertThat(b.headerSize()).isEqualTo(24));
    }

    @Test
    void boundsDepthAndNumber() {
        Box nested = new OpaqueBox("free", ByteBuffer.allocate(0));
        for (int i = 0; i < 20; i++) {
            nested = ContainerBox.of("moov", nested);
        }
        ByteBuffer deep = nested.toBytes();
        assertThatThrownBy(() -> BoxReader.read(deep)).hasMessageContaining("deep");
        ByteBuffer many = ByteBuffer.allocate(8 * 70_000);
        while (many.hasRemaining()) {
            many.putInt(8).putInt(0x66726565);
        }
        assertThatThrownBy(() -> BoxReader.read(many.flip())).hasMessageContaining("65536");
    }

    @Test
    void aRunThatClaimsMoreSamplesThanItHasIsRefusedBeforeAllocation() {
        TrackFragment fragment = TrackFragment.builder(1, 0).sample(1, 1, 0, 0).build();
        ByteBuffer bytes = fragment.toMovieFragment(1).toBytes();
        ParsedBox trun = BoxReader.read(bytes).get(0).find("traf/trun").orElseThrow();
        bytes.putInt((int) trun.offset() + 12, Integer.MAX_VALUE);
        ParsedBox traf = BoxReader.read(bytes).get(0).find("traf").orElseThrow();
        assertThatThrownBy(() -> TrackFragment.parse(traf, DEFAULTS)).isInstanceOf(MediaException.class);
    }
}
