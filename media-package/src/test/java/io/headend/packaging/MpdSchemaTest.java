package io.headend.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.ContentProtection;
import io.headend.core.Cue;
import io.headend.core.EndOfStream;
import io.headend.core.EpochGrid;
import io.headend.core.ProtectionScheme;
import io.headend.core.Rational;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.core.TrackInfo;
import io.headend.testkit.SharedMedia;
import java.io.StringReader;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
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
        return schema("DASH-MPD.xsd");
    }

    private static Schema schema(String name) throws SAXException {
        Path folder = SharedMedia.require("packaging/xsd/dash");
        SchemaFactory factory = SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI);
        factory.setResourceResolver((type, namespace, publicId, systemId, base) -> {
            Path file = Path.of(URI.create(systemId).getPath()).getFileName();
            Path local = Files.exists(folder.resolve(file))
                    ? folder.resolve(file)
                    : Path.of("src/test/xsd").resolve(file);
            return new LocalInput(publicId, systemId, local);
        });
        return factory.newSchema(new StreamSource(folder.resolve(name).toFile()));
    }

    static void validate(String mpd) throws Exception {
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
                packager.sink(name).accept(new TrackInfo(source.track()));
                source.samples(packager.sink(name), 0, 3 * grid.segmentFrames() + 1);
                source.samples(
                        packager.sink(name), 3L * grid.segmentFrames() + 1 + holeFrames, 5 * grid.segmentFrames());
                packager.sink(name).accept(new EndOfStream());
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
    void lowLatencyIsValid() throws Exception {
        EpochGrid grid = new EpochGrid(Rational.of(25, 1), 50, 1);
        Presentation plain = presentation(SegmentationPolicy.live(grid), 0, protector());
        ManifestSettings settings = plain.settings().withParts(Duration.ofMillis(200));
        String mpd = DashWriter.mpd(
                new Presentation(plain.version(), settings, plain.breaks(), false, plain.tracks(), plain.cues()));
        assertThat(mpd).contains("ServiceDescription", "availabilityTimeComplete", "Resync", "ProducerReferenceTime");
        validate(mpd);
    }

    @Test
    void eventsCaptionsAndLabelsAreValid() throws Exception {
        EpochGrid grid = new EpochGrid(Rational.of(25, 1), 50, 1);
        Presentation plain = presentation(SegmentationPolicy.live(grid), 0, protector());
        List<Cue> cues = List.of(
                new Cue(
                        "urn:scte:scte35:2013:bin",
                        "4711",
                        Timestamp.of(250_000, Timebase.MPEG),
                        null,
                        ByteBuffer.allocate(9)),
                new Cue(
                        "urn:x:y",
                        "a",
                        Timestamp.of(300_000, Timebase.MPEG),
                        Timestamp.of(1, Timebase.hz(1)),
                        ByteBuffer.allocate(3)));
        ManifestSettings settings = plain.settings()
                .withCaptions(List.of(new ClosedCaptions("CC1", "en"), new ClosedCaptions("SERVICE2", "de")));
        String mpd = DashWriter.mpd(
                new Presentation(plain.version(), settings, plain.breaks(), false, plain.tracks(), cues));
        assertThat(mpd)
                .contains("EventStream", "<Label>English</Label>", "CC1=en", "2=lang:de", "contentEncoding=\"base64\"");
        validate(mpd);
    }

    @Test
    void patchesAreValidAndSmall() throws Exception {
        EpochGrid grid = new EpochGrid(Rational.of(25, 1), 50, 1);
        Presentation later = presentation(SegmentationPolicy.live(grid), 50, protector());
        Presentation earlier = later.through(6);
        MpdHistory history = new MpdHistory();
        history.add(earlier);
        String time = DashWriter.published(earlier).toString();
        StoredObject patch = history.patch(time, later);
        String text = StandardCharsets.UTF_8.decode(Feed.bytes(patch)).toString();
        assertThat(text)
                .contains("originalPublishTime=\"" + time + "\"")
                .contains(
                        "<replace sel=\"/MPD/Period[@id='5']/AdaptationSet[@id='1']/SegmentTemplate/SegmentTimeline/S[1]\">")
                .doesNotContain("<Period");
        assertThat(text.length()).isLessThan(DashWriter.mpd(later).length() / 2);
        schema("DASH-MPD-PATCH.xsd").newValidator().validate(new StreamSource(new StringReader(text)));
        StoredObject slid = history.patch(time, later.from(5));
        String removed = StandardCharsets.UTF_8.decode(Feed.bytes(slid)).toString();
        assertThat(removed).contains("<remove sel=\"/MPD/Period[@id='0']\"/>");
        schema("DASH-MPD-PATCH.xsd").newValidator().validate(new StreamSource(new StringReader(removed)));
        String nothing = StandardCharsets.UTF_8
                .decode(Feed.bytes(history.patch("2020-01-01T00:00:00Z", later)))
                .toString();
        assertThat(nothing).contains("originalPublishTime=\"1970-01-01T00:00:00Z\"");
        schema("DASH-MPD-PATCH.xsd").newValidator().validate(new StreamSource(new StringReader(nothing)));
        assertThatThrownBy(() -> history.patch("x", later)).isInstanceOf(DateTimeException.class);
    }

    @Test
    void theSchemaIsReallyLookedAt() throws SAXException {
        Schema schema = schema();
        StreamSource empty = new StreamSource(new StringReader("<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\"/>"));
        assertThatThrownBy(() -> schema.newValidator().validate(empty)).isInstanceOf(SAXParseException.class);
    }
}
