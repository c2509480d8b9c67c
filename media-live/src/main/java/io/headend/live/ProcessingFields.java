package io.headend.live;

import io.headend.transcode.Deinterlace;
import io.headend.transcode.Loudness;
import io.headend.transcode.Overlay;
import io.headend.transcode.Processing;
import io.headend.transcode.SnapshotFolder;
import io.headend.transcode.Snapshots;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a channel file says of the way between decoder and encoder. */
final class ProcessingFields {

    private static final double EVERY_SECONDS = 10;
    private static final int KEEP = 100;

    private ProcessingFields() {}

    static Processing of(ChannelFile.Description said) {
        Processing processing = Processing.STANDARD;
        if (said.deinterlace() != null) {
            processing = processing.withDeinterlace(word(Deinterlace.class, "deinterlace", said.deinterlace()));
        }
        if (said.loudness() != null) {
            processing = processing.withLoudness(Loudness.target(said.loudness()));
        }
        if (said.logo() != null) {
            processing = processing.withOverlay(overlay(said.logo()));
        }
        if (said.snapshots() != null) {
            processing = processing.withSnapshots(snapshots(said.snapshots()));
        }
        return processing;
    }

    private static Overlay overlay(ChannelFile.Logo said) {
        if (said.image() == null) {
            throw new IllegalArgumentException("a logo needs an \"image\"");
        }
        Overlay plain = Overlay.of(Path.of(said.image()));
        return new Overlay(
                plain.image(),
                said.corner() == null ? plain.corner() : word(Overlay.Corner.class, "corner", said.corner()),
                or(said.width(), plain.width()),
                or(said.margin(), plain.margin()),
                or(said.opacity(), plain.opacity()));
    }

    private static Snapshots snapshots(ChannelFile.Stills said) {
        if (said.folder() == null) {
            throw new IllegalArgumentException("snapshots need a \"folder\"");
        }
        double every = or(said.every(), EVERY_SECONDS);
        if (!(every > 0 && every <= 1e6)) {
            throw new IllegalArgumentException("snapshots cannot be taken every " + every + " s");
        }
        SnapshotFolder folder = SnapshotFolder.at(Path.of(said.folder()), said.keep() == null ? KEEP : said.keep());
        Snapshots plain = Snapshots.of(Duration.ofMillis(Math.round(every * 1000)), folder);
        return new Snapshots(
                plain.every(),
                said.height() == null ? plain.height() : said.height(),
                said.quality() == null ? plain.quality() : said.quality(),
                folder);
    }

    private static double or(@Nullable Double said, double otherwise) {
        return said == null ? otherwise : said;
    }

    /** A word of an enumeration, in any case. */
    static <E extends Enum<E>> E word(Class<E> type, String field, String said) {
        try {
            return Enum.valueOf(type, said.toUpperCase(Locale.ROOT).replace('-', '_'));
        } catch (IllegalArgumentException e) {
            String words = Arrays.toString(type.getEnumConstants()).toLowerCase(Locale.ROOT);
            throw new IllegalArgumentException(field + " '" + said + "' is none of " + words, e);
        }
    }
}
