package io.headend.formats.scte35;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.formats.mpegts.MpegCrc32;
import io.headend.formats.scte35.SpliceDescriptor.AvailDescriptor;
import io.headend.formats.scte35.SpliceDescriptor.TimeDescriptor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpliceInfoSectionTest {

    // The samples of SCTE 35, clause 14.
    private static final String PLACEMENT_START =
            "/DA0AAAAAAAA///wBQb+cr0AUAAeAhxDVUVJSAAAjn/PAAGlmbAICAAAAAAsoKGKNAIAmsnRfg==";
    private static final String SPLICE_INSERT = "/DAvAAAAAAAA///wFAVIAACPf+/+c2nALv4AUsz1AAAAAAAKAAhDVUVJAAABNWLbowo=";
    private static final String PLACEMENT_END = "/DAvAAAAAAAA///wBQb+dGKQoAAZAhdDVUVJSAAAjn+fCAgAAAAALKChijUCAKnMZ1g=";

    private static ByteBuffer bytes(String base64) {
        return ByteBuffer.wrap(Base64.getDecoder().decode(base64));
    }

    @Test
    void placementOpportunityStart() {
        SpliceInfoSection section = SpliceInfoSection.parse(bytes(PLACEMENT_START));
        assertThat(section.command()).isEqualTo(new SpliceCommand.TimeSignal(0x0_72bd_0050L));
        SegmentationDescriptor descriptor =
                (SegmentationDescriptor) section.descriptors().get(0);
        assertThat(descriptor.eventId()).isEqualTo(0x4800008EL);
        SegmentationDescriptor.Segment segment = descriptor.segment();
        assertThat(segment.type()).isEqualTo(SegmentationDescriptor.PROVIDER_PLACEMENT_OPPORTUNITY_START);
        assertThat(segment.duration()).isEqualTo(27_630_000L);
        assertThat(segment.upid().type()).isEqualTo(8);
        assertThat(segment.upid().bytes().getLong()).isEqualTo(0x2CA0A18AL);
        assertThat(segment.restrictions())
                .isEqualTo(new SegmentationDescriptor.DeliveryRestrictions(false, true, true, 3));
        assertThat(segment.place()).isEqualTo(new SegmentationDescriptor.Place(2, 0, -1, -1));
        assertThat(section.duration()).isEqualTo(27_630_000L);
        assertThat(section.eventId()).isEqualTo(0x4800008EL);
        assertThat(section.tier()).isEqualTo(SpliceInfoSection.ANY_TIER);
    }

    @Test
    void spliceInsertWithAvail() {
        SpliceInfoSection section = SpliceInfoSection.parse(bytes(SPLICE_INSERT));
        assertThat(section.command())
                .isEqualTo(SpliceInsert.out(
                        0x4800008FL, 0x0_7369_c02eL, new SpliceInsert.BreakDuration(true, 0x0_0052_ccf5L)));
        assertThat(section.descriptors()).containsExactly(new AvailDescriptor(0x135));
        assertThat(section.spliceTime()).isEqualTo(0x0_7369_c02eL);
        assertThat(section.duration()).isEqualTo(0x0_0052_ccf5L);
    }

    @ParameterizedTest
    @ValueSource(strings = {PLACEMENT_START, SPLICE_INSERT, PLACEMENT_END})
    void whatIsWrittenIsWhatWasRead(String base64) {
        assertThat(SpliceInfoSection.parse(bytes(base64)).toBytes()).isEqualTo(bytes(base64));
    }

    @Test
    void adjustmentIsAddedModulo33Bits() {
        SpliceInfoSection section =
                new SpliceInfoSection(90_000, 0xFFF, 3, new SpliceCommand.TimeSignal((1L << 33) - 1), List.of());
        assertThat(section.spliceTime()).isEqualTo(89_999);
        assertThat(SpliceInfoSection.of(new SpliceCommand.SpliceNull()).spliceTime())
                .isEqualTo(SpliceTime.NONE);
        assertThat(SpliceInfoSection.of(new SpliceCommand.SpliceNull()).eventId())
                .isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(strings = {PLACEMENT_START, SPLICE_INSERT, PLACEMENT_END})
    void movedToAnotherClockOnlyTheAdjustmentDiffers(String base64) {
        SpliceInfoSection before = SpliceInfoSection.parse(bytes(base64));
        SpliceInfoSection moved = SpliceInfoSection.parse(SpliceInfoSection.atTime(bytes(base64), (1L << 33) + 500));
        assertThat(moved.spliceTime()).isEqualTo(500);
        assertThat(moved.command()).isEqualTo(before.command());
        assertThat(moved.descriptors()).isEqualTo(before.descriptors());
        ByteBuffer back = SpliceInfoSection.atTime(moved.toBytes(), before.spliceTime());
        assertThat(back).isEqualTo(bytes(base64));
    }

    @Test
    void withoutATimeItStaysOnEveryClock() {
        ByteBuffer atOnce = SpliceInfoSection.of(new SpliceCommand.TimeSignal(SpliceTime.NONE))
                .toBytes();
        assertThat(SpliceInfoSection.atTime(atOnce, 500)).isEqualTo(atOnce);
    }

    @Test
    void encryptedMessageIsNamedAndKept() {
        ByteBuffer sealed = ByteBuffer.wrap(new byte[] {9, 8, 7, 6, 5, 4, 3, 2, 1});
        SpliceInfoSection section = SpliceInfoSection.of(new SpliceCommand.Encrypted(3, 200, 0xFFF, sealed));
        SpliceInfoSection read = SpliceInfoSection.parse(section.toBytes());
        assertThat(read).isEqualTo(section);
        assertThat(read.spliceTime()).isEqualTo(SpliceTime.NONE);
        assertThat(SpliceInfoSection.atTime(read.toBytes(), 500)).isEqualTo(section.toBytes());
    }

    @Test
    void refusesWhatItCannotRead() {
        byte[] wrongSum = Base64.getDecoder().decode(SPLICE_INSERT);
        wrongSum[20]++;
        assertThatThrownBy(() -> SpliceInfoSection.parse(ByteBuffer.wrap(wrongSum)))
                .isInstanceOf(MediaException.class)
                .hasMessageContaining("checksum");
        assertThatThrownBy(() -> SpliceInfoSection.parse(ByteBuffer.allocate(30)))
                .hasMessageContaining("no splice information section");
        SegmentationDescriptor tooLong = segmentation(1, 200, 0);
        SegmentationDescriptor.Segment segment = new SegmentationDescriptor.Segment(
                1,
                -1,
                new SegmentationDescriptor.Upid(9, ByteBuffer.allocate(250)),
                null,
                List.of(),
                SegmentationDescriptor.Place.NONE);
        assertThatThrownBy(() -> SpliceInfoSection.of(
                                new SpliceCommand.SpliceNull(), new SegmentationDescriptor(1, segment))
                        .toBytes())
                .hasMessageContaining("255 bytes");
        SpliceDescriptor[] many = new SpliceDescriptor[100];
        Arrays.fill(many, tooLong);
        assertThatThrownBy(() -> SpliceInfoSection.of(new SpliceCommand.SpliceNull(), many)
                        .toBytes())
                .hasMessageContaining("4096 bytes");
    }

    private static SegmentationDescriptor segmentation(long id, int upidSize, int components) {
        List<SegmentationDescriptor.ComponentOffset> offsets = IntStream.range(0, components)
                .mapToObj(i -> new SegmentationDescriptor.ComponentOffset(i, i * 1000L))
                .toList();
        return new SegmentationDescriptor(
                id,
                new SegmentationDescriptor.Segment(
                        (int) id & 0xFF,
                        id & 0xFF_FFFF_FFFFL,
                        new SegmentationDescriptor.Upid(9, ByteBuffer.allocate(upidSize)),
                        (id & 1) == 0 ? null : new SegmentationDescriptor.DeliveryRestrictions(true, false, true, 2),
                        offsets,
                        (id & 2) == 0
                                ? SegmentationDescriptor.Place.NONE
                                : new SegmentationDescriptor.Place(1, 2, 3, 4)));
    }

    @Property(tries = 2000)
    void everyMessageComesBack(@ForAll("sections") SpliceInfoSection section) {
        ByteBuffer bytes = section.toBytes();
        assertThat(SpliceInfoSection.parse(bytes)).isEqualTo(section);
    }

    @Property(tries = 5000)
    void damagedBytesEndInAValueOrOneException(
            @ForAll("sections") SpliceInfoSection section, @ForAll @Size(max = 6) List<Integer> damage) {
        ByteBuffer original = section.toBytes();
        byte[] bytes = new byte[original.remaining()];
        original.get(bytes);
        for (int d : damage) {
            bytes[3 + Math.floorMod(d, bytes.length - 7)] ^= (byte) (1 << (d & 7));
        }
        // A right checksum, so that the parser is reached.
        ByteBuffer sum = ByteBuffer.wrap(bytes, 0, bytes.length - 4);
        ByteBuffer.wrap(bytes).putInt(bytes.length - 4, MpegCrc32.of(sum));
        try {
            SpliceInfoSection read = SpliceInfoSection.parse(ByteBuffer.wrap(bytes));
            assertThat(SpliceInfoSection.parse(read.toBytes())).isEqualTo(read);
        } catch (MediaException e) {
            assertThat(e.code()).isIn(MediaErrorCode.MALFORMED, MediaErrorCode.UNSUPPORTED);
        }
    }

    @Provide
    Arbitrary<SpliceInfoSection> sections() {
        Arbitrary<Long> time = Arbitraries.longs().between(-1, (1L << 33) - 1);
        Arbitrary<Long> id = Arbitraries.longs().between(0, 0xFFFF_FFFFL);
        Arbitrary<ByteBuffer> blob =
                Arbitraries.bytes().array(byte[].class).ofMaxSize(40).map(ByteBuffer::wrap);
        Arbitrary<SpliceInsert> insert = Combinators.combine(
                        id,
                        time,
                        Arbitraries.longs().between(-1, (1L << 33) - 1),
                        Arbitraries.of(0, 0, 1, 3),
                        Arbitraries.integers().between(0, 0xFFFF),
                        Arbitraries.of(true, false))
                .as((event, at, length, components, program, flag) -> new SpliceInsert(
                        event,
                        program == 0
                                ? null
                                : new SpliceInsert.Splice(
                                        flag,
                                        components > 0 ? SpliceTime.NONE : at,
                                        length < 0 ? null : new SpliceInsert.BreakDuration(flag, length),
                                        Collections.nCopies(components, new SpliceInsert.Component(7, at)),
                                        new SpliceInsert.Avail(program, program & 0xFF, components))));
        Arbitrary<SpliceCommand> command = Arbitraries.oneOf(
                insert.map(i -> (SpliceCommand) i),
                time.map(SpliceCommand.TimeSignal::new),
                Arbitraries.of(new SpliceCommand.SpliceNull(), new SpliceCommand.BandwidthReservation()),
                Combinators.combine(id, blob).as(SpliceCommand.PrivateCommand::new),
                blob.map(b -> new SpliceCommand.Opaque(4, b)));
        Arbitrary<SpliceDescriptor> descriptor = Arbitraries.oneOf(
                id.map(AvailDescriptor::new),
                Combinators.combine(id, id).as((a, b) -> new TimeDescriptor(a * 7, b, (int) (a & 0xFFFF))),
                Combinators.combine(id, Arbitraries.integers().between(0, 60), Arbitraries.of(0, 0, 2))
                        .as(SpliceInfoSectionTest::segmentation),
                id.map(i -> new SegmentationDescriptor(i, null)),
                Combinators.combine(id, blob).as((i, b) -> new SpliceDescriptor.Opaque(1, i, b)));
        return Combinators.combine(
                        Arbitraries.longs().between(0, (1L << 33) - 1),
                        Arbitraries.integers().between(0, 0xFFF),
                        Arbitraries.integers().between(0, 3),
                        command,
                        descriptor.list().ofMaxSize(4))
                .as(SpliceInfoSection::new);
    }
}
