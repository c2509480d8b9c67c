package io.headend.packaging;

import io.headend.core.AudioFormat;
import io.headend.core.Codec;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.Rational;
import io.headend.core.Sample;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.core.VideoFormat;
import io.headend.core.http.MediaBody;
import io.headend.formats.hls.Key;
import io.headend.formats.hls.SegmentProtector;
import io.headend.formats.isobmff.MovieTrack;
import io.headend.formats.mpegts.TsPacket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The transport stream form of a live channel: each segment is made of the CMAF segment of the same number when it is first asked for, and
 * kept for who asks next, within {@link #MAX_BYTES}. What is made depends on that segment alone, so everybody makes the same, also after a
 * restart. Each rendition has segments of its own, sound too. What was encrypted as a whole is so here, with the same key.
 *
 * <p><b>Threading:</b> any thread; a segment is made on the thread that brings the bytes, once however many ask.
 */
final class TransportStreams {

    static final long MAX_BYTES = 64L << 20;
    private static final int MAX_SEGMENT = 64 << 20;
    private static final int PAYLOAD = TsPacket.SIZE - 4;
    // delimiter and headers of a picture; header and ADTS of sound
    private static final int UNIT_HEADERS = 34;
    private static final int GROUP_HEADERS = 14;
    private static final int FRAME_HEADER = 7;
    private static final long GROUP_MICROS = 60_000;
    private static final int GROUP_BYTES = 1_400;
    private static final int SOUND_FRAME = 1_024;
    // two tables, what fills the counters up, and the last block of what is encrypted
    private static final int MORE_PACKETS = 2 + 16 + 1;

    private final SegmentReader reader;
    private final Function<String, Optional<SegmentProtector>> protection;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, CompletableFuture<Optional<StoredObject>>> made = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    /** @param protection what encrypted the segments of a rendition as wholes */
    TransportStreams(SegmentReader reader, Function<String, Optional<SegmentProtector>> protection) {
        this.reader = reader;
        this.protection = protection;
    }

    /** The presentation as transport streams list it, with bytes that its segments have at most; {@code null} where nothing can be carried. */
    @Nullable
    Presentation listing(Presentation whole) {
        Presentation settled = whole.settled();
        List<PublishedTrack> tracks = new ArrayList<>();
        for (PublishedTrack track : settled.tracks()) {
            if (isCarried(track)) {
                List<SegmentEntry> entries = track.segments().stream()
                        .map(entry -> entry.withLayout(layout(track.as(entry), entry)))
                        .toList();
                tracks.add(track.listing(entries, null));
            }
        }
        return tracks.isEmpty()
                ? null
                : new Presentation(
                        settled.version(),
                        settled.settings(),
                        settled.breaks(),
                        settled.ended(),
                        tracks,
                        settled.cues());
    }

    /** HEVC is for CMAF alone (HLS authoring rule 1.5); what is encrypted by samples, or by others, cannot be taken apart. */
    private boolean isCarried(PublishedTrack track) {
        boolean opened = protection.apply(track.name()).isPresent();
        for (SegmentEntry entry : track.segments()) {
            boolean coding = switch (track.as(entry).track().format().codec().codec()) {
                case AVC, AAC, AC3, EAC3, MP3 -> true;
                default -> false;
            };
            if (!coding
                    || track.protection(entry) != null
                    || (!opened && !entry.layout().hlsKeys().isEmpty())) {
                return false;
            }
        }
        return true;
    }

    private static SegmentEntry.Layout layout(PublishedTrack track, SegmentEntry entry) {
        long key = entry.layout().keyFrameBytes();
        long picture = key == 0 ? 0 : ((key + UNIT_HEADERS) / PAYLOAD + 1 + MORE_PACKETS) * TsPacket.SIZE;
        long whole = most(track, entry);
        return new SegmentEntry.Layout(whole, Math.min(whole, picture), List.of())
                .withHlsKeys(entry.layout().hlsKeys());
    }

    /** Bytes of a segment at most. */
    static long most(PublishedTrack track, SegmentEntry entry) {
        long micros = Math.max(1, track.track().timebase().convert(entry.duration(), Timebase.MICROS));
        long units;
        long payload;
        if (track.track().format() instanceof AudioFormat sound) {
            long frames = micros * Math.max(1, sound.sampleRate()) / (SOUND_FRAME * 1_000_000L) + 1;
            long frame = SOUND_FRAME * 1_000_000L / Math.max(1, sound.sampleRate());
            units = Math.max(frames / Math.max(1, GROUP_MICROS / Math.max(1, frame)), entry.bytes() / GROUP_BYTES) + 1;
            payload = entry.bytes() + frames * FRAME_HEADER + units * GROUP_HEADERS;
        } else {
            Rational rate = track.track().format() instanceof VideoFormat video ? video.frameRate() : null;
            Rational each = rate == null ? Rational.of(60, 1) : rate;
            units = micros * each.num() / (each.den() * 1_000_000L) + 2;
            payload = entry.bytes() + units * UNIT_HEADERS;
        }
        return (payload / PAYLOAD + units + MORE_PACKETS) * TsPacket.SIZE;
    }

    /** A listed segment, or its first picture alone; empty where there is none of that number, now or within {@code patience}. */
    CompletionStage<Optional<StoredObject>> segment(
            String rendition, long number, boolean pictureAlone, Duration patience) {
        return reader.awaitPresentation(p -> entry(p, rendition, number) != null, patience)
                .thenCompose(found -> {
                    Presentation listing = found.orElse(null);
                    PublishedTrack track = listing == null ? null : listing.track(rendition);
                    SegmentEntry entry = listing == null ? null : entry(listing, rendition, number);
                    if (listing == null
                            || track == null
                            || entry == null
                            || (pictureAlone && entry.layout().keyFrameBytes() == 0)) {
                        return CompletableFuture.completedFuture(Optional.empty());
                    }
                    boolean messages = !pictureAlone && carriesMessages(listing, track);
                    return kept(track, entry, new Wanted(pictureAlone, messages));
                });
    }

    /** What of a segment. */
    private record Wanted(boolean pictureAlone, boolean messages) {}

    /** With the pictures, or with all sound where there are none; the same in every segment of a rendition. */
    private static boolean carriesMessages(Presentation listing, PublishedTrack track) {
        return track.track().kind() == Codec.Kind.VIDEO
                || listing.tracks().stream().noneMatch(t -> t.track().kind() == Codec.Kind.VIDEO);
    }

    private @Nullable SegmentEntry entry(Presentation presentation, String rendition, long number) {
        PublishedTrack track = presentation.track(rendition);
        if (track == null || !isCarried(track)) {
            return null;
        }
        for (SegmentEntry entry : track.segments()) {
            if (entry.number() == number) {
                return entry;
            }
        }
        return null;
    }

    private CompletionStage<Optional<StoredObject>> kept(PublishedTrack track, SegmentEntry entry, Wanted wanted) {
        String key = track.name() + "/" + entry.number() + (wanted.pictureAlone() ? ".i" : "");
        CompletableFuture<Optional<StoredObject>> mine = new CompletableFuture<>();
        lock.lock();
        try {
            CompletableFuture<Optional<StoredObject>> known = made.putIfAbsent(key, mine);
            if (known != null) {
                return known;
            }
        } finally {
            lock.unlock();
        }
        make(track, entry, wanted).whenComplete((object, failure) -> {
            keep(key, object == null ? Optional.empty() : object);
            if (failure != null) {
                mine.completeExceptionally(failure);
            } else {
                mine.complete(object);
            }
        });
        return mine;
    }

    private void keep(String key, Optional<StoredObject> object) {
        lock.lock();
        try {
            if (object.isEmpty()) {
                made.remove(key);
                return;
            }
            bytes += object.get().body().length();
            Iterator<CompletableFuture<Optional<StoredObject>>> oldest =
                    made.values().iterator();
            while (bytes > MAX_BYTES && oldest.hasNext()) {
                CompletableFuture<Optional<StoredObject>> candidate = oldest.next();
                if (candidate.isDone() && !candidate.isCompletedExceptionally()) {
                    bytes -= candidate.join().map(o -> o.body().length()).orElse(0L);
                    oldest.remove();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private CompletionStage<Optional<StoredObject>> make(PublishedTrack track, SegmentEntry entry, Wanted wanted) {
        StoredObject init = reader.init(track.name(), entry.init()).orElse(null);
        if (init == null) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return reader.awaitSegment(track.name(), entry.number(), Duration.ZERO)
                .thenCompose(found -> found.isEmpty()
                        ? CompletableFuture.completedFuture(Optional.<StoredObject>empty())
                        : init.body()
                                .collect(MAX_SEGMENT)
                                .thenCombine(found.get().body().collect(MAX_SEGMENT), (header, body) -> {
                                    ByteBuffer made = encryptedAs(
                                            track.name(),
                                            entry,
                                            ByteBuffer.wrap(body),
                                            clear -> mux(
                                                    track.as(entry).track(),
                                                    entry,
                                                    wanted,
                                                    ByteBuffer.wrap(header),
                                                    clear));
                                    return Optional.of(new StoredObject(new MediaBody.Bytes(made), EntityTag.of(made)));
                                }));
    }

    private ByteBuffer encryptedAs(
            String rendition, SegmentEntry entry, ByteBuffer body, UnaryOperator<ByteBuffer> form) {
        List<Key> keys = entry.layout().hlsKeys();
        return keys.isEmpty()
                ? form.apply(body)
                : protection.apply(rendition).orElseThrow().inForm(keys.get(0), entry.number(), body, form);
    }

    private static ByteBuffer mux(Track said, SegmentEntry entry, Wanted wanted, ByteBuffer init, ByteBuffer body) {
        try {
            MovieTrack header = Inits.track(init);
            // the record of the file: what is said live may have been completed since
            Track track = said.withTimebase(header.track().timebase())
                    .withFormat(said.format().withCodec(header.track().format().codec()));
            SegmentSamples all = SegmentSamples.of(header.defaults(), body).decodedAhead(track);
            Set<Codec> data = wanted.messages() ? EnumSet.of(Codec.SCTE35, Codec.ID3) : EnumSet.noneOf(Codec.class);
            TsMuxer muxer = TsMuxer.ofSegment(entry.number(), List.of(track), data);
            if (entry.discontinuity()) {
                muxer.discontinuity();
            }
            List<Sample> samples = wanted.pictureAlone() ? all.samples().subList(0, 1) : all.samples();
            ByteBuffer lent = muxer.segment(List.of(samples), all.cues());
            return ByteBuffer.allocate(lent.remaining()).put(lent).flip();
        } catch (ArithmeticException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new MediaException(
                    MediaErrorCode.MALFORMED, "segment " + entry.number() + " cannot be read: " + e.getMessage(), e);
        }
    }
}
