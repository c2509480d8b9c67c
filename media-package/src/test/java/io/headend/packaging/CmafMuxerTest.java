package io.headend.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.EpochGrid;
import io.headend.core.Rational;
import io.headend.core.Sample;
import io.headend.formats.isobmff.Box;
import io.headend.formats.isobmff.BoxReader;
import io.headend.formats.isobmff.EventMessageBox;
import io.headend.formats.isobmff.FileTypeBox;
import io.headend.formats.isobmff.ParsedBox;
import io.headend.formats.isobmff.ProducerReferenceTimeBox;
import io.headend.formats.isobmff.SegmentIndexBox;
import io.headend.packaging.CmafMuxer.Position;
import io.headend.packaging.CmafMuxer.Preamble;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CmafMuxerTest {

    private static final EpochGrid GRID = new EpochGrid(Rational.of(25, 1), 25, 1);

    private static List<ParsedBox> boxes(Preamble preamble) {
        Synthetic video = Synthetic.video(GRID);
        List<Sample> samples = new ArrayList<>();
        for (long n = 0; n < 25; n++) {
            samples.add(video.sample(n));
        }
        CmafMuxer muxer = CmafMuxer.of(video.track());
        return BoxReader.read(muxer.chunk(Position.first(0, samples.get(0)), samples, video.start(25), null, preamble)
                .copy());
    }

    @Test
    void theLastSegmentSaysSo() {
        assertThat(FileTypeBox.parse(boxes(Preamble.NONE).get(0)).compatibleBrands())
                .contains("msdh")
                .doesNotContain("lmsg", "msix");
        assertThat(FileTypeBox.parse(boxes(Preamble.LAST).get(0)).compatibleBrands())
                .contains("lmsg");
    }

    @Test
    void anIndexReachesToTheEndOfTheSegment() {
        EventMessageBox event = new EventMessageBox(
                "urn:scte:scte35:2013:bin", "", 90_000, 0, new EventMessageBox.Event(0, 1), ByteBuffer.allocate(3));
        List<Box> messages = List.of(new ProducerReferenceTimeBox(1, 1L << 40, 0, 24), event);
        List<ParsedBox> boxes = boxes(new Preamble(false, true, messages));
        assertThat(boxes).extracting(ParsedBox::type).containsExactly("styp", "sidx", "prft", "emsg", "moof", "mdat");
        assertThat(FileTypeBox.parse(boxes.get(0)).compatibleBrands()).contains("msix");
        SegmentIndexBox index = SegmentIndexBox.parse(boxes.get(1));
        SegmentIndexBox.Reference only = index.references().get(0);
        assertThat(only.size())
                .isEqualTo(
                        boxes.subList(2, 6).stream().mapToLong(ParsedBox::size).sum());
        assertThat(only.duration()).isEqualTo(90_000);
        assertThat(only.startsWithSap()).isTrue();
    }
}
