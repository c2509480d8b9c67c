package io.headend.formats.isobmff;

import io.headend.core.ContentProtection;
import io.headend.core.ContentProtection.DrmSystem;
import io.headend.core.MediaException;
import io.headend.core.SampleProtector.Encryption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The samples of one track in one movie fragment ({@code traf} of ISO/IEC 14496-12, 8.8.6), without their bytes.
 *
 * <p>Immutable. {@link #toMovieFragment} gives the {@code moof} whose samples lie behind it in one {@code mdat}.
 */
public final class TrackFragment {

    /** Samples in one fragment at most, when reading and when writing. */
    public static final int MAX_SAMPLES = 65_536;

    final int trackId;
    final long baseDecodeTime;
    final int count;
    final int description;
    final int[] durations;
    final int[] sizes;
    final int[] flags;
    final int[] compositionOffsets;
    final List<Encryption> encryption;
    final @Nullable ContentProtection key;
    private final long[] offsets;

    private TrackFragment(Builder builder) {
        this.trackId = builder.trackId;
        this.baseDecodeTime = builder.baseDecodeTime;
        this.count = builder.count;
        this.description = builder.description;
        this.durations = Arrays.copyOf(builder.durations, count);
        this.sizes = Arrays.copyOf(builder.sizes, count);
        this.flags = Arrays.copyOf(builder.flags, count);
        this.compositionOffsets = Arrays.copyOf(builder.compositionOffsets, count);
        this.encryption = List.copyOf(builder.encryption);
        this.key = builder.key;
        this.offsets = Arrays.copyOf(builder.offsets, builder.offsets.length == 0 ? 0 : count);
    }

    /**
     * @param baseDecodeTime decoding time of the first sample in ticks, at least 0
     */
    public static Builder builder(int trackId, long baseDecodeTime) {
        if (baseDecodeTime < 0) {
            throw MediaException.invalidArgument("a fragment cannot begin at the negative time " + baseDecodeTime);
        }
        return new Builder(trackId, baseDecodeTime);
    }

    /**
     * Reads what a {@code moof} says of one track, and where the samples lie.
     *
     * @param offset byte of the file at which the {@code moof} begins
     * @param defaults {@code trex} of the track
     * @param otherwise decoding time of the first sample where {@code tfdt} is missing, as in files of QuickTime's time
     * @return one fragment for each {@code traf} of the track, usually one
     * @throws MediaException as {@link #parse}
     */
    public static List<TrackFragment> ofMovieFragment(
            ParsedBox moof, long offset, TrackExtendsBox defaults, long otherwise) {
        List<TrackFragment> found = new ArrayList<>();
        long time = otherwise;
        long behindLast = offset;
        for (ParsedBox traf : moof.all("traf")) {
            TrackFragmentParser parser = new TrackFragmentParser(traf, defaults);
            if (parser.trackId() == defaults.trackId()) {
                TrackFragment fragment = parser.parse(parser.base(offset, behindLast), time);
                found.add(fragment);
                time = fragment.baseDecodeTime() + fragment.totalDuration();
            }
            behindLast = parser.end(parser.base(offset, behindLast));
        }
        return found;
    }

    /**
     * Reads a {@code traf}.
     *
     * @param defaults {@code trex} of the track
     * @throws MediaException {@code MALFORMED} if it is cut short, lacks a box it must have or has too many samples
     */
    public static TrackFragment parse(ParsedBox traf, TrackExtendsBox defaults) {
        return new TrackFragmentParser(traf, defaults).parse(0, -1);
    }

    public int trackId() {
        return trackId;
    }

    public long baseDecodeTime() {
        return baseDecodeTime;
    }

    public int sampleCount() {
        return count;
    }

    /** Which sample entry the samples need, from 1, or 0 for that of {@code trex}. */
    public int description() {
        return description;
    }

    /** Byte of the file at which a sample begins, or -1 where that is not known. */
    public long offset(int sample) {
        return offsets.length == 0 ? -1 : offsets[sample];
    }

    /** Ticks. */
    public int duration(int sample) {
        return durations[sample];
    }

    /** Bytes. */
    public int size(int sample) {
        return sizes[sample];
    }

    /** See {@link SampleFlags}. */
    public int flags(int sample) {
        return flags[sample];
    }

    /** Presentation time less decoding time, in ticks; may be negative. */
    public int compositionOffset(int sample) {
        return compositionOffsets[sample];
    }

    /** One entry per sample, or empty where nothing is said of encryption. */
    public List<Encryption> encryption() {
        return encryption;
    }

    /** Sum of the sample sizes. */
    public long dataSize() {
        long sum = 0;
        for (int size : sizes) {
            sum += size;
        }
        return sum;
    }

    /** Sum of the sample durations in ticks. */
    public long totalDuration() {
        long sum = 0;
        for (int duration : durations) {
            sum += duration & 0xFFFF_FFFFL;
        }
        return sum;
    }

    /**
     * The {@code moof} with this track alone; its data offset points behind the header of an {@code mdat} that follows at once.
     *
     * @param sequenceNumber of the fragment, from 1
     */
    public Box toMovieFragment(int sequenceNumber) {
        return toMovieFragment(sequenceNumber, List.of());
    }

    /**
     * The same with {@code pssh} boxes (ISO/IEC 23001-7, 8.1), for keys that the initialisation segment does not tell.
     *
     * @param pssh whole boxes; those without data are left out
     */
    public Box toMovieFragment(int sequenceNumber, List<DrmSystem> pssh) {
        return new MovieFragmentBox(sequenceNumber, this, ProtectionSystemSpecificHeaderBox.of(pssh));
    }

    /** Collects samples in decoding order. */
    public static final class Builder {
        private final int trackId;
        private final long baseDecodeTime;
        private int count;
        private int description;
        private int[] durations = new int[64];
        private int[] sizes = new int[64];
        private int[] flags = new int[64];
        private int[] compositionOffsets = new int[64];
        private final List<Encryption> encryption = new ArrayList<>();
        private @Nullable ContentProtection key;
        private long[] offsets = new long[0];

        private Builder(int trackId, long baseDecodeTime) {
            this.trackId = trackId;
            this.baseDecodeTime = baseDecodeTime;
        }

        /**
         * @throws MediaException {@code MALFORMED} behind {@link #MAX_SAMPLES}
         */
        public Builder sample(int duration, int size, int sampleFlags, int compositionOffset) {
            if (count == MAX_SAMPLES) {
                throw MediaException.malformed("a fragment holds more than " + MAX_SAMPLES + " samples");
            }
            if (count == sizes.length) {
                int more = count * 2;
                durations = Arrays.copyOf(durations, more);
                sizes = Arrays.copyOf(sizes, more);
                flags = Arrays.copyOf(flags, more);
                compositionOffsets = Arrays.copyOf(compositionOffsets, more);
            }
            durations[count] = duration;
            sizes[count] = size;
            flags[count] = sampleFlags;
            compositionOffsets[count++] = compositionOffset;
            return this;
        }

        /**
         * Which sample entry the samples need.
         *
         * @param entry from 1, or 0 for that of {@code trex}
         */
        public Builder description(int entry) {
            this.description = entry;
            return this;
        }

        /** Where the last sample begins in the file; said of every sample or of none. */
        Builder offset(long offset) {
            if (offsets.length < count) {
                offsets = Arrays.copyOf(offsets, sizes.length);
            }
            offsets[count - 1] = offset;
            return this;
        }

        /** How the last sample is encrypted; said of every sample of a fragment or of none. */
        public Builder encrypted(Encryption sample) {
            encryption.add(sample);
            return this;
        }

        /**
         * All samples have this key, vector and pattern in place of those of {@code tenc}: a {@code seig} sample group (ISO/IEC
         * 23001-7, 6).
         */
        public Builder keyed(ContentProtection protection) {
            this.key = protection;
            return this;
        }

        public int sampleCount() {
            return count;
        }

        public TrackFragment build() {
            if (!encryption.isEmpty() && encryption.size() != count) {
                throw new IllegalStateException(
                        encryption.size() + " of " + count + " samples of the fragment are said to be encrypted");
            }
            return new TrackFragment(this);
        }
    }
}
