package io.headend.formats;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.CodecString;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.core.VideoFormat;
import io.headend.formats.isobmff.BoxReader;
import io.headend.formats.isobmff.FileTypeBox;
import io.headend.formats.isobmff.InitializationSegment;
import io.headend.formats.isobmff.ParsedBox;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The lines of the README. */
class ReadmeExampleTest {

    @Test
    void example() {
        VideoFormat format = VideoFormat.of(Configs.avc(), 1280, 720);

        CodecString codec = CodecStrings.of(format); // avc1.64001F
        Track track = new Track(0, "v720", format, Timebase.MPEG, null);
        ByteBuffer init = InitializationSegment.of(track, null);
        List<ParsedBox> boxes = BoxReader.read(init);
        FileTypeBox brands = FileTypeBox.parse(boxes.get(0));
        boolean avc =
                BoxReader.find(boxes, "moov/trak/mdia/minf/stbl/stsd/avc1").isPresent();

        assertThat(codec).hasToString("avc1.64001F");
        assertThat(brands.compatibleBrands()).contains("cmfc");
        assertThat(avc).isTrue();
    }
}
