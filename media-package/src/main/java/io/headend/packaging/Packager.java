package io.headend.packaging;

import io.headend.core.EventSink;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.MeterSink;
import io.headend.core.SampleProtector;
import io.headend.core.StreamSink;
import io.headend.formats.hls.SegmentProtector;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Turns the streams of a ladder into CMAF segments and snapshots of the presentation, in a {@link SegmentStore}.
 *
 * <p>Every rendition is declared before the first sample, because a segment is listed only when each of them has it complete. Its
 * stream carries one track: {@link io.headend.core.TrackInfo}, samples in decoding order, {@link io.headend.core.EndOfStream}.
 * The track of the {@code TrackInfo} may have any name: the rendition's name takes its place.
 *
 * <p>{@link #finish} ends the presentation: static manifests on demand, {@code EXT-X-ENDLIST} live, where the segment that is not whole is
 * left out. A packager on demand that is
 * closed without having finished removes what it wrote.
 *
 * <p><b>Threading:</b> each sink is called by one thread at a time, different sinks by different threads; everything else by any
 * thread. Sinks never wait for each other.
 */
public final class Packager implements AutoCloseable {

    private final SegmentStore store;
    private final Publisher publisher;
    private final Map<String, RenditionSink> sinks = new LinkedHashMap<>();

    private Packager(Builder builder) {
        this.store = builder.store;
        this.publisher = new Publisher(builder);
        builder.renditions.forEach(
                (name, encryption) -> sinks.put(name, new RenditionSink(name, encryption, builder, publisher)));
    }

    /**
     * @param store where segments and snapshots go; stays the caller's to close
     */
    public static Builder builder(SegmentStore store) {
        return new Builder(store);
    }

    /**
     * Where the stream of a rendition goes.
     *
     * @throws MediaException {@code INVALID_ARGUMENT} if no such rendition was declared
     */
    public StreamSink sink(String rendition) {
        RenditionSink sink = sinks.get(rendition);
        if (sink == null) {
            throw MediaException.invalidArgument(
                    "rendition '" + rendition + "' was not declared; declared are " + sinks.keySet());
        }
        return sink;
    }

    /**
     * Where words of a rendition of subtitles are said.
     *
     * @throws MediaException {@code INVALID_ARGUMENT} if no such subtitles were declared
     */
    public LiveSubtitles subtitles(String rendition) {
        LiveSubtitles text = publisher.subtitles().get(rendition);
        if (text == null) {
            throw MediaException.invalidArgument("subtitles '" + rendition + "' were not declared; declared are "
                    + publisher.subtitles().keySet());
        }
        return text;
    }

    /** The latest snapshot, or empty before the first complete segment. */
    public Optional<Presentation> presentation() {
        return store.reader().presentation();
    }

    /** What was cut so far. */
    public PackagingFigures figures() {
        return publisher.figures();
    }

    /**
     * Lists what is still pending and publishes the last snapshot. Every sink must have had its {@code EndOfStream}.
     *
     * @throws MediaException {@code INVALID_STATE} if a sink has not, or if nothing at all was packaged
     */
    public void finish() {
        for (Map.Entry<String, RenditionSink> sink : sinks.entrySet()) {
            if (!sink.getValue().isEnded()) {
                throw new MediaException(
                        MediaErrorCode.INVALID_STATE,
                        "rendition '" + sink.getKey()
                                + "' has not ended; finish the packager after EndOfStream on every sink");
            }
        }
        publisher.finish();
    }

    /** Releases everything; sinks accept nothing afterwards. Harmless when repeated. */
    @Override
    public void close() {
        sinks.values().forEach(RenditionSink::close);
        publisher.close();
    }

    /**
     * What encrypts a rendition.
     *
     * @param samples each by itself
     * @param segments as wholes
     */
    record Encryption(Optional<SampleProtector> samples, Optional<SegmentProtector> segments) {
        static final Encryption NONE = new Encryption(Optional.empty(), Optional.empty());
    }

    /** What to package and how. */
    public static final class Builder {
        final SegmentStore store;
        final Map<String, Encryption> renditions = new LinkedHashMap<>();

        final Map<String, Optional<String>> subtitles = new LinkedHashMap<>();

        @Nullable
        SegmentationPolicy policy;

        String name = "packager";
        Duration window = Duration.ofSeconds(60);
        Duration chunk = Duration.ZERO;
        Duration part = Duration.ZERO;
        Duration timeShift = Duration.ZERO;
        boolean cueTags;
        List<ClosedCaptions> captions = List.of();
        Clock clock = Clock.systemUTC();
        EventSink events = EventSink.NONE;
        MeterSink meters = MeterSink.NONE;

        private Builder(SegmentStore store) {
            this.store = store;
        }

        /** Names the packager in events and meters. */
        public Builder name(String packager) {
            this.name = packager;
            return this;
        }

        /** Where to cut; required. */
        public Builder policy(SegmentationPolicy segmentation) {
            this.policy = segmentation;
            return this;
        }

        /** Declares a rendition in the clear; its name is its folder. Manifests keep the order of declaration. */
        public Builder rendition(String rendition) {
            return rendition(rendition, Encryption.NONE);
        }

        /** Declares a rendition whose samples are encrypted. */
        public Builder rendition(String rendition, SampleProtector protector) {
            return rendition(rendition, new Encryption(Optional.of(protector), Optional.empty()));
        }

        /**
         * Declares a rendition whose segments are encrypted as wholes, which HLS alone knows: where there is one there is no MPD, no I-frame
         * playlist and no low latency, and all renditions are declared so.
         */
        public Builder rendition(String rendition, SegmentProtector protector) {
            return rendition(rendition, new Encryption(Optional.empty(), Optional.of(protector)));
        }

        private Builder rendition(String rendition, Encryption encryption) {
            requireNew(rendition);
            renditions.put(rendition, encryption);
            return this;
        }

        private void requireNew(String rendition) {
            if (!rendition.matches("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}")
                    || renditions.containsKey(rendition)
                    || subtitles.containsKey(rendition)) {
                throw MediaException.invalidArgument(
                        "rendition name '" + rendition + "' is declared twice or is not 1 to 64 of A-Z a-z 0-9 . _ -");
            }
        }

        /**
         * Declares subtitles of a live channel, in the clear. A store that writes manifests for other servers lists them in DASH alone.
         *
         * @param rendition its folder
         * @param language BCP 47 tag, or {@code null} where unknown
         */
        public Builder subtitles(String rendition, @Nullable String language) {
            requireNew(rendition);
            subtitles.put(rendition, Optional.ofNullable(language));
            return this;
        }

        /** How much a live presentation lists, at least one segment; 60 s by default. */
        public Builder window(Duration listed) {
            this.window = listed;
            return this;
        }

        /** How much of a live presentation is kept for who asks for earlier times; no longer than the window by default. */
        public Builder timeShift(Duration kept) {
            this.timeShift = kept;
            return this;
        }

        /** Writes {@code EXT-X-CUE-OUT} and {@code EXT-X-CUE-IN} at splices, for ad servers that know no date ranges. */
        public Builder cueTags() {
            this.cueTags = true;
            return this;
        }

        /** Captions that are inside the pictures of every video rendition. */
        public Builder closedCaptions(List<ClosedCaptions> services) {
            this.captions = List.copyOf(services);
            return this;
        }

        /** Length of a chunk, {@link Duration#ZERO} (the default) for one chunk per segment. */
        public Builder chunk(Duration length) {
            this.chunk = length;
            return this;
        }

        /**
         * Shows segments part by part while they are written: LL-HLS and LL-DASH. Live only.
         *
         * @param longestPart rounded to whole frames of the grid; 100 ms to 1 s are useful
         */
        public Builder lowLatency(Duration longestPart) {
            if (longestPart.isNegative() || longestPart.isZero()) {
                throw MediaException.invalidArgument("parts of " + longestPart + " are not longer than nothing");
            }
            this.part = longestPart;
            return this;
        }

        /** Where the time of events comes from. */
        public Builder clock(Clock wall) {
            this.clock = wall;
            return this;
        }

        public Builder events(EventSink sink) {
            this.events = sink;
            return this;
        }

        public Builder meters(MeterSink sink) {
            this.meters = sink;
            return this;
        }

        /** @throws MediaException {@code INVALID_ARGUMENT} if there is no policy or no rendition, or what encrypts them does not go together */
        public Packager build() {
            if (policy != null && !policy.isLive() && !subtitles.isEmpty()) {
                throw MediaException.invalidArgument(
                        "subtitles that are said as they come are for live channels; a mezzanine takes those of recordings");
            }
            if (policy == null || renditions.isEmpty()) {
                throw MediaException.invalidArgument(
                        "a packager needs a segmentation policy and at least one rendition");
            }
            long wholes = renditions.values().stream()
                    .filter(encryption -> encryption.segments().isPresent())
                    .count();
            if (wholes > 0 && wholes < renditions.size()) {
                throw MediaException.invalidArgument(
                        "segments encrypted as wholes are for HLS alone; encrypt those of all renditions so, or none");
            }
            if (wholes > 0 && !part.isZero()) {
                throw MediaException.invalidArgument(
                        "a segment that is encrypted as a whole has no parts; leave low latency out, or encrypt samples");
            }
            return new Packager(this);
        }

        ManifestSettings settings() {
            SegmentationPolicy segmentation = requirePolicy();
            if (!segmentation.isLive()) {
                return ManifestSettings.vod(segmentation).withCaptions(captions);
            }
            Duration kept = timeShift.compareTo(window) < 0 ? window : timeShift;
            return new ManifestSettings(segmentation, window, Duration.ZERO, kept, cueTags, captions).withParts(part);
        }

        SegmentationPolicy requirePolicy() {
            if (policy == null) {
                throw new IllegalStateException("no policy");
            }
            return policy;
        }
    }
}
