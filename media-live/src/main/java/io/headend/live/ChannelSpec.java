package io.headend.live;

import io.headend.core.EpochGrid;
import io.headend.core.MediaException;
import io.headend.core.Rational;
import io.headend.transcode.Ladder;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a channel is. Two channels with the same specification cut alike, whenever they start.
 *
 * @param name first part of its URLs, 1 to 64 of {@code A-Z a-z 0-9 . _ -}, not starting with a dot
 * @param frameRate pictures per second of every rendition, or {@code null} for the source's own (25 where it has none)
 * @param gop from one IDR picture to the next, rounded to whole frames
 * @param segment length of a segment, rounded to whole groups of pictures
 * @param ladder what to encode, or {@code null} for {@link Ladder#standard} of the source's size
 * @param listing what the playlists list
 */
public record ChannelSpec(
        String name,
        @Nullable Rational frameRate,
        Duration gop,
        Duration segment,
        @Nullable Ladder ladder,
        Listing listing) {

    /**
     * What playlists list.
     *
     * @param window how far back
     * @param part longest part of a segment that is shown before the segment is whole (LL-HLS, LL-DASH), {@link
     *     Duration#ZERO} to show whole segments alone
     * @param splices whether segment boundaries move to SCTE-35 splices, by up to half a segment
     * @param transportStreams whether HLS with transport streams is there beside CMAF, of what is not encrypted by samples
     * @param subtitles BCP 47 tag of the subtitles that the channel has, {@code und} where unknown, or {@code null} for none
     */
    public record Listing(
            Duration window,
            Duration part,
            boolean splices,
            boolean transportStreams,
            @Nullable String subtitles) {}

    private static final Rational FALLBACK = Rational.of(25, 1);

    /** @throws MediaException {@code INVALID_ARGUMENT} if a value is out of range */
    public ChannelSpec {
        if (!name.matches("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}")) {
            throw MediaException.invalidArgument(
                    "channel name '" + name + "' is not 1 to 64 of A-Z a-z 0-9 . _ - (and no dot first)");
        }
        if (frameRate != null && (frameRate.num() < 1 || frameRate.toDouble() > 240)) {
            throw MediaException.invalidArgument("frame rate " + frameRate + " is not more than 0 and at most 240");
        }
        requireBetween("group of pictures", gop, Duration.ofMillis(100), Duration.ofSeconds(30));
        requireBetween("segment", segment, Duration.ofMillis(200), Duration.ofSeconds(60));
        requireBetween("window", listing.window(), segment, Duration.ofHours(24));
        if (!listing.part().isZero()) {
            requireBetween("part of a segment", listing.part(), Duration.ofMillis(20), segment);
        }
    }

    private static void requireBetween(String what, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw MediaException.invalidArgument("the " + what + " of a channel lasts " + least.toMillis() + " to "
                    + most.toMillis() + " ms, not " + value.toMillis());
        }
    }

    /** Groups and segments of 2 s, a window of 30 s, the source's frame rate and the standard ladder. */
    public static ChannelSpec of(String name) {
        Listing plain = new Listing(Duration.ofSeconds(30), Duration.ZERO, false, false, null);
        return new ChannelSpec(name, null, Duration.ofSeconds(2), Duration.ofSeconds(2), null, plain);
    }

    public ChannelSpec withFrameRate(Rational newFrameRate) {
        return new ChannelSpec(name, newFrameRate, gop, segment, ladder, listing);
    }

    public ChannelSpec withSegments(Duration newGop, Duration newSegment) {
        return new ChannelSpec(name, frameRate, newGop, newSegment, ladder, listing);
    }

    public ChannelSpec withLadder(Ladder newLadder) {
        return new ChannelSpec(name, frameRate, gop, segment, newLadder, listing);
    }

    public ChannelSpec withWindow(Duration newWindow) {
        return with(new Listing(
                newWindow, listing.part(), listing.splices(), listing.transportStreams(), listing.subtitles()));
    }

    /** Shows segments while they are written, in parts of this length, and encodes without looking ahead. */
    public ChannelSpec withLowLatency(Duration part) {
        return with(new Listing(
                listing.window(), part, listing.splices(), listing.transportStreams(), listing.subtitles()));
    }

    /** Lists segments as transport streams too, at {@code master-ts.m3u8}. */
    public ChannelSpec withTransportStreams() {
        return with(new Listing(listing.window(), listing.part(), listing.splices(), true, listing.subtitles()));
    }

    /**
     * Has subtitles in one language: the text track of the source in that language, or its first one, and what the host says with
     * {@link LiveChannel#subtitles}. They are there, empty, when nobody speaks.
     *
     * @param language BCP 47 tag
     */
    public ChannelSpec withSubtitles(String language) {
        if (!language.matches("[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")) {
            throw MediaException.invalidArgument("'" + language + "' is no language tag such as en or pt-BR");
        }
        return with(
                new Listing(listing.window(), listing.part(), listing.splices(), listing.transportStreams(), language));
    }

    private ChannelSpec with(Listing other) {
        return new ChannelSpec(name, frameRate, gop, segment, ladder, other);
    }

    /** How far back the playlists list. */
    public Duration window() {
        return listing.window();
    }

    /** Whether segments are shown before they are whole. */
    public boolean isLowLatency() {
        return !listing.part().isZero();
    }

    /** The grid of a channel whose source has {@code sourceRate} pictures per second, {@code null} where unknown. */
    EpochGrid grid(@Nullable Rational sourceRate) {
        Rational rate = frameRate != null ? frameRate : sourceRate != null ? sourceRate : FALLBACK;
        return EpochGrid.nearest(rate, gop, segment);
    }
}
