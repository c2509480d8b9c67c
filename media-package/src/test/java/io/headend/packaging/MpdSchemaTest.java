package io.headend.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.ContentProtection;
import io.headend.core.EpochGrid;
import io.headend.core.ProtectionScheme;
import io.headend.core.Rational;
import io.headend.testkit.SharedMedia;
import java.io.StringReader;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import javax.xml.XMLConstants;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

class MpdSchemaTest {

    private static Schema schema() throws SAXException {
        Path folder = SharedMedia.require("packaging/xsd/dash");
        SchemaFactory factory = SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI);
        factory.setResourceResolver((type, namespace, publicId, systemId, base) -> {
            Path local = folder.resolve(Path.of(URI.create(systemId).getPath()).getFileName());
            return new LocalInput(publicId, systemId, local);
        });
        return factory.newSchema(new StreamSource(folder.resolve("DASH-MPD.xsd").toFile()));
    }

    private static void validate(String mpd) throws Exception {
        schema().newValidator().validate(new StreamSource(new StringReader(mpd)));
    }

    private static Presentation presentation(SegmentationPolicy policy, int holeFrames, FakeProtector protector) {
        EpochGrid grid = policy.grid();
        try (HeapSegmentStore store = HeapSegmentStore.builder().build();
                Packager packager = Packager.builder(store)
                        .policy(policy)
                        .rendition("v1", protector)
                        .rendition("v2", protector)
                        .rendition("audio")
                        .build()) {
            for (String name : new String[] {"v1", "v2"}) {
                Synthetic source = Synthetic.video(grid);
                packager.sink(name).accept(new io.headend.core.TrackInfo(source.track()));
                source.samples(packager.sink(name), 0, 3 * grid.segmentFrames() + 1);
                source.samples(
                        packager.sink(name), 3L * grid.segmentFrames() + 1 + holeFrames, 5 * grid.segmentFrames());
                packager.sink(name).accept(new io.headend.core.EndOfStream());
            }
            Synthetic.audio().feed(packager.sink("audio"), 0, 1000);
            if (!policy.isLive()) {
                packager.finish();
            }
            return packager.presentation().orElseThrow();
        }
    }

    private static FakeProtector protector() {
        ContentProtection.DrmSystem system = new ContentProtection.DrmSystem(
                UUID.fromString("edef8ba9-79d6-4ace-a3c8-27dcd51d21ed"), ByteBuffer.wrap(new byte[40]), "https://x/l");
        return new FakeProtector(new ContentProtection(
                ProtectionScheme.CBCS,
                new UUID(1, 2),
                0,
                ByteBuffer.wrap(new byte[16]),
                ContentProtection.Pattern.ONE_IN_TEN,
                List.of(system)));
    }

    @Test
    void dynamicStaticPeriodsAndProtectionAreValid() throws Exception {
        EpochGrid grid = new EpochGrid(Rational.of(25, 1), 50, 1);
        validate(DashWriter.mpd(presentation(SegmentationPolicy.live(grid), 0, protector())));
        String holes = DashWriter.mpd(presentation(SegmentationPolicy.live(grid), 50, protector()));
        assertThat(holes.split("<Period ", -1)).hasSize(3);
        validate(holes);
        validate(DashWriter.mpd(presentation(SegmentationPolicy.vod(grid), 0, protector())));
    }

    @Test
    void theSchemaIsReallyLookedAt() throws SAXException {
        Schema schema = schema();
        StreamSource empty = new StreamSource(new StringReader("<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\"/>"));
        assertThatThrownBy(() -> schema.newValidator().validate(empty)).isInstanceOf(SAXParseException.class);
    }
}
