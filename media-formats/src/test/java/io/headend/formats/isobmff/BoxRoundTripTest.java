package io.headend.formats.isobmff;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.ContentProtection.Pattern;
import io.headend.core.SampleProtector.Encryption;
import io.headend.core.SampleProtector.Range;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

class BoxRoundTripTest {

    private static ParsedBox read(Box box) {
        ByteBuffer bytes = box.toBytes();
        assertThat(bytes.remaining()).isEqualTo(box.size());
        List<ParsedBox> boxes = BoxReader.read(bytes);
        assertThat(boxes).hasSize(1);
        assertThat(boxes.get(0).type()).isEqualTo(box.type());
        assertThat(boxes.get(0).size()).isEqualTo(box.size());
        return boxes.get(0);
    }

    @Property
    void fileType(
            @ForAll @StringLength(4) @AlphaChars String major,
            @ForAll int minor,
            @ForAll @Size(max = 6) List<@StringLength(4) @AlphaChars String> brands) {
        FileTypeBox box = new FileTypeBox("styp", major, minor, brands);
        assertThat(FileTypeBox.parse(read(box))).isEqualTo(box);
    }

    @Property
    void segmentIndex(@ForAll long seed, @ForAll @IntRange(max = 40) int count) {
        Random random = new Random(seed);
        List<SegmentIndexBox.Reference> references = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            references.add(new SegmentIndexBox.Reference(
                    random.nextInt(Integer.MAX_VALUE), random.nextInt() & 0xFFFF_FFFFL, random.nextBoolean()));
        }
        SegmentIndexBox box =
                new SegmentIndexBox(1, random.nextInt(), random.nextLong(), random.nextLong(), references);
        assertThat(SegmentIndexBox.parse(read(box))).isEqualTo(box);
    }

    @Property
    void producerReferenceTime(
            @ForAll int track, @ForAll long ntp, @ForAll long time, @ForAll @IntRange(max = 24) int flags) {
        ProducerReferenceTimeBox box = new ProducerReferenceTimeBox(track, ntp, time, flags);
        assertThat(ProducerReferenceTimeBox.parse(read(box))).isEqualTo(box);
    }

    @Property
    void eventMessage(
            @ForAll @StringLength(max = 20) @AlphaChars String scheme,
            @ForAll @StringLength(max = 20) @AlphaChars String value,
            @ForAll long time,
            @ForAll @LongRange(min = 0, max = 0xFFFF_FFFFL) long id,
            @ForAll byte[] message) {
        EventMessageBox box = new EventMessageBox(
                scheme,
                value,
                90_000,
                time,
                new EventMessageBox.Event(id, 0xFFFF_FFFFL - id),
                ByteBuffer.wrap(message));
        assertThat(EventMessageBox.parse(read(box))).isEqualTo(box);
    }

    @Property
    void protectionSystem(@ForAll long a, @ForAll long b, @ForAll @IntRange(max = 3) int keys, @ForAll byte[] data) {
        List<UUID> ids = new ArrayList<>();
        for (int i = 0; i < keys; i++) {
            ids.add(new UUID(b + i, a));
        }
        var box = new ProtectionSystemSpecificHeaderBox(new UUID(a, b), ids, ByteBuffer.wrap(data));
        assertThat(ProtectionSystemSpecificHeaderBox.parse(read(box))).isEqualTo(box);
    }

    @Property
    void trackEncryption(@ForAll long a, @ForAll long b, @ForAll boolean constant, @ForAll boolean pattern) {
        TrackEncryptionBox box = new TrackEncryptionBox(
                true,
                pattern ? Pattern.ONE_IN_TEN : Pattern.NONE,
                constant ? 0 : 8,
                new UUID(a, b),
                ByteBuffer.wrap(new byte[constant ? 16 : 0]));
        assertThat(TrackEncryptionBox.parse(read(box))).isEqualTo(box);
    }

    @Property
    void movieFragment(
            @ForAll long seed,
            @ForAll @IntRange(max = 60) int count,
            @ForAll @LongRange(min = 0) long start,
            @ForAll @IntRange(max = 15) int equal) {
        Random random = new Random(seed);
        TrackFragment.Builder builder = TrackFragment.builder(7, start);
        for (int i = 0; i < count; i++) {
            builder.sample(
                    (equal & 1) != 0 ? 3000 : random.nextInt(1 << 20),
                    (equal & 2) != 0 ? 100 : random.nextInt(1 << 20),
                    (equal & 4) != 0 ? SampleFlags.NON_SYNC : random.nextInt(),
                    (equal & 8) != 0 ? 0 : random.nextInt());
        }
        TrackFragment fragment = builder.build();
        ParsedBox moof = read(fragment.toMovieFragment(9));
        TrackFragment parsed = TrackFragment.parse(moof.find("traf").orElseThrow(), new TrackExtendsBox(7, 1, 0, 0, 0));
        assertThat(parsed.trackId()).isEqualTo(7);
        assertThat(parsed.baseDecodeTime()).isEqualTo(start);
        assertThat(parsed.sampleCount()).isEqualTo(count);
        assertThat(parsed.totalDuration()).isEqualTo(fragment.totalDuration());
        assertThat(parsed.dataSize()).isEqualTo(fragment.dataSize());
        for (int i = 0; i < count; i++) {
            assertThat(parsed.duration(i)).isEqualTo(fragment.duration(i));
            assertThat(parsed.size(i)).isEqualTo(fragment.size(i));
            assertThat(parsed.flags(i)).isEqualTo(fragment.flags(i));
            assertThat(parsed.compositionOffset(i)).isEqualTo(fragment.compositionOffset(i));
        }
    }

    @Property
    void sampleEncryption(@ForAll long seed, @ForAll @IntRange(min = 1, max = 30) int count, @ForAll boolean ranges) {
        Random random = new Random(seed);
        TrackFragment.Builder builder = TrackFragment.builder(1, 0);
        for (int i = 0; i < count; i++) {
            byte[] iv = new byte[8];
            random.nextBytes(iv);
            List<Range> all = new ArrayList<>();
            for (int r = 0; ranges && r < 1 + random.nextInt(5); r++) {
                all.add(new Range(random.nextInt(1 << 16), random.nextInt(1 << 24)));
            }
            builder.sample(1, 1, SampleFlags.SYNC, 0).encrypted(new Encryption(ByteBuffer.wrap(iv), all));
        }
        TrackFragment fragment = builder.build();
        ByteBuffer bytes = fragment.toMovieFragment(1).toBytes();
        ParsedBox traf = BoxReader.read(bytes).get(0).find("traf").orElseThrow();
        ParsedBox senc = traf.find("senc").orElseThrow();
        assertThat(SampleEncryptionBox.parse(senc, 8).samples()).isEqualTo(fragment.encryption());
        int offset = traf.find("saio").orElseThrow().payload().getInt(8);
        assertThat((long) offset).isEqualTo(senc.offset() + 16);
        ByteBuffer saiz = traf.find("saiz").orElseThrow().payload();
        int common = saiz.get(4) & 0xFF;
        assertThat(saiz.getInt(5)).isEqualTo(count);
        long auxiliary = 0;
        for (int i = 0; i < count; i++) {
            auxiliary += common > 0 ? common : saiz.get(9 + i) & 0xFF;
        }
        assertThat(auxiliary).isEqualTo(senc.size() - 16);
    }

    @Property
    void aConstantVectorAndWholeSamplesNeedNoAuxiliaryInformation(@ForAll @IntRange(min = 1, max = 20) int count) {
        TrackFragment.Builder builder = TrackFragment.builder(1, 0);
        for (int i = 0; i < count; i++) {
            builder.sample(1, 1, SampleFlags.SYNC, 0).encrypted(new Encryption(ByteBuffer.allocate(0), List.of()));
        }
        ParsedBox traf = read(builder.build().toMovieFragment(1)).find("traf").orElseThrow();
        assertThat(traf.children()).extracting(ParsedBox::type).containsExactly("tfhd", "tfdt", "trun");
    }
}
