package io.headend.formats.isobmff;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.core.TextFormat;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.core.TrackRole;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TrackKindsTest {

    private static Track text(Set<TrackRole> roles) {
        ByteBuffer header = ByteBuffer.wrap("WEBVTT".getBytes(StandardCharsets.UTF_8));
        return new Track(
                1, "text", new TextFormat(new CodecConfig(Codec.WEBVTT, "webvtt", header)), Timebase.MPEG, "en", roles);
    }

    private static Set<TrackRole> readBack(ByteBuffer init) {
        ParsedBox moov = BoxReader.find(BoxReader.read(init), "moov").orElseThrow();
        return Movie.parse(moov).tracks().get(0).track().roles();
    }

    @ParameterizedTest
    @EnumSource(names = {"DEFAULT", "FORCED", "HARD_OF_HEARING"})
    void rolesAreReadBack(TrackRole role) {
        assertThat(readBack(InitializationSegment.of(text(Set.of(role)), null))).containsExactly(role);
    }

    @Test
    void aTrackForEverybodySaysNothing() {
        ByteBuffer init = InitializationSegment.of(text(Set.of()), null);
        assertThat(readBack(init)).isEmpty();
        assertThat(BoxReader.find(BoxReader.read(init), "moov").orElseThrow().find("trak/udta"))
                .isEmpty();
    }

    /** QuickTime ends user data with four zero bytes, and others write what they like. */
    @Property(tries = 300)
    void userDataOfAnyBytesHurtsNobody(@ForAll byte[] bytes) {
        Box odd = new OpaqueBox("udta", ByteBuffer.wrap(bytes));
        ParsedBox trak = BoxReader.read(ContainerBox.of("trak", odd).toBytes()).get(0);
        assertThat(TrackKinds.read(trak, Codec.Kind.TEXT)).isEmpty();
    }

    @Test
    void aDefaultThatAllHaveSaysNothing() {
        Track first = text(Set.of(TrackRole.DEFAULT));
        Track second = text(Set.of());
        Track forced = text(Set.of(TrackRole.FORCED));
        assertThat(TrackRole.telling(List.of(first, first)))
                .extracting(Track::roles)
                .containsOnly(Set.of());
        assertThat(TrackRole.telling(List.of(first, forced)).get(0).roles()).isEmpty();
        assertThat(TrackRole.telling(List.of(first, second))).containsExactly(first, second);
    }
}
