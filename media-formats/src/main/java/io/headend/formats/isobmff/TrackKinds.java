package io.headend.formats.isobmff;

import io.headend.core.Codec;
import io.headend.core.Track;
import io.headend.core.TrackRole;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a {@code trak} says that it is for: {@code kind} boxes (ISO/IEC 14496-12, 8.10.4) with the roles of DASH, and its header. */
final class TrackKinds {

    private static final String SCHEME = "urn:mpeg:dash:role:2011";
    private static final int ENABLED = 1;
    private static final int ALL_FORCED = 0x8000_0000;
    // reserved bytes and data reference of a sample entry
    private static final int DISPLAY_FLAGS = 8;

    private static final Map<TrackRole, String> VALUES = new EnumMap<>(Map.of(
            TrackRole.DEFAULT, "main",
            TrackRole.FORCED, "forced-subtitle",
            TrackRole.HARD_OF_HEARING, "caption",
            TrackRole.AUDIO_DESCRIPTION, "description",
            TrackRole.COMMENTARY, "commentary"));

    private static final Set<TrackRole> SOUND =
            Set.of(TrackRole.DEFAULT, TrackRole.AUDIO_DESCRIPTION, TrackRole.COMMENTARY);
    private static final Set<TrackRole> TEXT = Set.of(TrackRole.DEFAULT, TrackRole.FORCED, TrackRole.HARD_OF_HEARING);

    private TrackKinds() {}

    /** {@code udta} with a {@code kind} for each role that has a name, or nothing. */
    static Optional<Box> of(Set<TrackRole> roles) {
        List<Box> kinds = new ArrayList<>();
        VALUES.forEach((role, value) -> {
            if (roles.contains(role)) {
                byte[] text = (SCHEME + "\0" + value + "\0").getBytes(StandardCharsets.US_ASCII);
                kinds.add(OpaqueBox.full("kind", 0, 0, ByteBuffer.wrap(text)));
            }
        });
        return kinds.isEmpty() ? Optional.empty() : Optional.of(new ContainerBox("udta", kinds));
    }

    /** Whether it is to be played unless somebody chooses another. */
    static boolean isEnabled(ParsedBox trak) {
        return trak.find("tkhd").map(tkhd -> (tkhd.flags() & ENABLED) != 0).orElse(false);
    }

    static Track byDefault(Track track) {
        Set<TrackRole> roles = EnumSet.of(TrackRole.DEFAULT);
        roles.addAll(track.roles());
        return track.described(track.language(), roles);
    }

    /** @param trak whose user data may be anything */
    static Set<TrackRole> read(ParsedBox trak, Codec.Kind kind) {
        Set<TrackRole> roles = EnumSet.noneOf(TrackRole.class);
        trak.find("udta").ifPresent(udta -> kinds(udta.payload(), roles));
        boolean forced = trak.find("mdia/minf/stbl/stsd")
                .flatMap(stsd -> stsd.find("tx3g"))
                .map(ParsedBox::payload)
                .filter(entry -> entry.remaining() >= DISPLAY_FLAGS + 4)
                .map(entry -> (entry.getInt(DISPLAY_FLAGS) & ALL_FORCED) != 0)
                .orElse(false);
        if (forced) {
            roles.add(TrackRole.FORCED);
        }
        roles.retainAll(
                switch (kind) {
                    case AUDIO -> SOUND;
                    case TEXT -> TEXT;
                    case VIDEO, DATA -> Set.of();
                });
        return roles;
    }

    private static void kinds(ByteBuffer data, Set<TrackRole> roles) {
        while (data.remaining() >= 8) {
            int size = data.getInt(data.position());
            if (size < 8 || size > data.remaining()) {
                return;
            }
            ByteBuffer box = data.slice(data.position(), size);
            data.position(data.position() + size);
            box.position(4);
            if (FourCc.get(box).equals("kind") && box.remaining() > 4) {
                String[] said = StandardCharsets.UTF_8
                        .decode(box.slice(12, size - 12))
                        .toString()
                        .split("\0", -1);
                VALUES.forEach((role, value) -> {
                    if (said.length > 1 && said[0].equals(SCHEME) && said[1].equals(value)) {
                        roles.add(role);
                    }
                });
            }
        }
    }
}
