package io.headend.drm;

import io.headend.core.Codec;
import io.headend.core.ContentProtection;
import io.headend.core.ContentProtection.DrmSystem;
import io.headend.core.ContentProtection.Pattern;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.ProtectionScheme;
import io.headend.core.SampleInfo;
import io.headend.core.SampleProtector;
import io.headend.core.Track;
import io.headend.core.VideoFormat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts one track by common encryption (ISO/IEC 23001-7): {@code cenc}, AES-128 counter mode over whole blocks, or {@code
 * cbcs}, AES-128 CBC over one block in ten of video and over all of sound.
 *
 * <p>AVC and HEVC keep everything but slice data in the clear, up to the first byte behind the exact end of each slice
 * header. Sound is protected as a whole; with {@code cbcs} its last bytes that fill no block stay clear, so that a sample of
 * less than 16 bytes is left alone.
 *
 * <p>Vectors follow from the key, the content id, the track's name and the decoding time. Equal input gives equal bytes in every
 * process, and no two samples of a channel share a vector in counter mode. Do not use one key for two assets under one
 * content id.
 *
 * <p>With a {@link KeyRotation} keys change at the first segment of each crypto period. Where a provider has no key for it, the segment
 * fails and nothing goes out in the clear.
 *
 * <p><b>Threading:</b> one instance per track, one thread at a time; it owns its {@code Cipher}. Asking the key provider in
 * {@link #begin} and {@link #beginSegment} may block.
 */
public final class CencEncryptor implements SampleProtector {

    private static final int SD_PIXELS = 768 * 576;
    private static final int HD_PIXELS = 1920 * 1088;
    private static final int UHD1_PIXELS = 4096 * 2176;

    private final ProtectionScheme scheme;
    private final KeyProvider keys;
    private final String contentId;
    private final @Nullable String label;
    private final List<DrmSystem> systems;
    private final @Nullable DrmSystems signals;
    private final @Nullable KeyRotation rotation;
    private final @Nullable Long firstVector;
    private final VectorGuard guard = new VectorGuard();
    private @Nullable Track track;
    private @Nullable SampleLayout layout;
    private @Nullable Active active;

    /** What holds from one key or format to the next. */
    private record Active(ContentProtection protection, SampleLayout layout, SampleCipher cipher) {}

    private CencEncryptor(Builder builder) {
        this.scheme = builder.scheme;
        this.keys = builder.keys;
        this.contentId = builder.contentId;
        this.label = builder.label;
        this.systems = List.copyOf(builder.systems);
        this.signals = builder.signals;
        this.rotation = builder.rotation;
        this.firstVector = builder.firstVector;
    }

    /**
     * Begins a protector for one track.
     *
     * @param keys asked once per {@link #begin}, and where keys rotate for each segment
     */
    public static Builder builder(ProtectionScheme scheme, KeyProvider keys) {
        return new Builder(scheme, keys);
    }

    /**
     * {@inheritDoc}
     *
     * <p>Where keys change with time, {@link #protection()} then tells the key of period 0, so that all initialisation segments of a
     * channel are the same, whenever a packager begins.
     */
    @Override
    public void begin(Track begun) {
        SampleLayout found = SampleLayout.of(begun, scheme);
        active = activate(begun, found, ask(begun, rotation == null ? KeyProvider.NO_PERIOD : 0));
        layout = found;
        track = begun;
    }

    /**
     * {@inheritDoc}
     *
     * @throws MediaException INVALID_STATE before {@link #begin}; what the key provider throws if it has no key for the crypto period,
     *     and then the same for each sample until a segment has begun
     */
    @Override
    public void beginSegment(long number) {
        Track of = track;
        SampleLayout known = layout;
        if (of == null || known == null) {
            throw notBegun();
        }
        guard.segment(number);
        if (rotation != null) {
            Active before = active;
            // a sample must not go out with the key of another period because somebody carries on
            active = null;
            ContentKey key = ask(of, rotation.period(number));
            boolean same = before != null && before.protection().keyId().equals(key.id());
            active = same ? before : activate(of, known, key);
        }
    }

    private ContentKey ask(Track of, long keyPeriod) {
        String asked = label == null ? label(of) : label;
        return keys.key(new KeyProvider.Query(contentId, asked, scheme, keyPeriod));
    }

    private Active activate(Track of, SampleLayout layout, ContentKey key) {
        List<DrmSystem> signalled = signalled(key);
        if (scheme == ProtectionScheme.CENC) {
            long base = firstVector == null
                    ? ByteBuffer.wrap(DerivedVector.of(key, "cenc", contentId, of.name()))
                            .getLong()
                    : firstVector;
            return new Active(
                    new ContentProtection(scheme, key.id(), 8, ByteBuffer.allocate(0), Pattern.NONE, signalled),
                    layout,
                    new CounterCipher(key, new CounterVectors(base, guard)));
        }
        Pattern pattern = layout == SampleLayout.WHOLE ? Pattern.NONE : Pattern.ONE_IN_TEN;
        byte[] vector = constantVector(key);
        return new Active(
                new ContentProtection(scheme, key.id(), 0, ByteBuffer.wrap(vector), pattern, signalled),
                layout,
                new PatternCipher(key, vector, pattern));
    }

    private List<DrmSystem> signalled(ContentKey key) {
        List<DrmSystem> all = new ArrayList<>(key.systems());
        List<DrmSystem> more = new ArrayList<>(signals == null ? List.of() : signals.signals(key, scheme));
        // what came with the key knows more of its system than we do
        more.removeIf(system -> all.stream().anyMatch(known -> known.systemId().equals(system.systemId())));
        all.addAll(more);
        all.addAll(systems);
        if (all.stream().noneMatch(system -> system.pssh().hasRemaining())) {
            all.add(0, PsshBox.commonSystem(key.id()));
        }
        return all;
    }

    /** One vector per key, because a FairPlay licence delivers both together. */
    private static byte[] constantVector(ContentKey key) {
        if (!key.iv().hasRemaining()) {
            return DerivedVector.of(key, "cbcs");
        }
        byte[] vector = new byte[16];
        key.iv().get(vector);
        return vector;
    }

    /** The track types of the Widevine key service, which other services know too. */
    private static String label(Track track) {
        if (track.kind() != Codec.Kind.VIDEO || !(track.format() instanceof VideoFormat video)) {
            return "AUDIO";
        }
        long pixels = (long) video.width() * video.height();
        if (pixels <= SD_PIXELS) {
            return "SD";
        }
        return pixels <= HD_PIXELS ? "HD" : pixels <= UHD1_PIXELS ? "UHD1" : "UHD2";
    }

    /**
     * {@inheritDoc}
     *
     * @throws MediaException INVALID_STATE before {@link #begin}
     */
    @Override
    public ContentProtection protection() {
        return active().protection();
    }

    /**
     * {@inheritDoc}
     *
     * @throws MediaException INVALID_STATE before {@link #begin}; MALFORMED or UNSUPPORTED if the NAL units or slice headers of
     *     the sample cannot be read, or it has more than about 40 slices; CONFLICT in counter mode if decoding time does
     *     not increase; nothing is encrypted then
     */
    @Override
    public Encryption protect(SampleInfo info, ByteBuffer data) {
        Active current = active();
        List<Range> ranges = current.layout().ranges(data);
        return new Encryption(current.cipher().encrypt(info, data, ranges), ranges);
    }

    private Active active() {
        Active current = active;
        if (current == null) {
            throw notBegun();
        }
        return current;
    }

    private static MediaException notBegun() {
        return new MediaException(
                MediaErrorCode.INVALID_STATE,
                "The protector has no key; call begin before the first sample, and beginSegment again after it failed.");
    }

    /** Scheme and key id; never a key. */
    @Override
    public String toString() {
        Active current = active;
        return "CencEncryptor[" + scheme.fourcc()
                + (current == null ? "" : ", " + current.protection().keyId()) + "]";
    }

    /** What to protect with, and what to tell players. */
    public static final class Builder {
        private final ProtectionScheme scheme;
        private final KeyProvider keys;
        private String contentId = "";
        private @Nullable String label;
        private final List<DrmSystem> systems = new ArrayList<>();
        private @Nullable DrmSystems signals;
        private @Nullable KeyRotation rotation;
        private @Nullable Long firstVector;

        private Builder(ProtectionScheme scheme, KeyProvider keys) {
            this.scheme = scheme;
            this.keys = keys;
        }

        /** Name of the channel or asset; empty by default. */
        public Builder contentId(String name) {
            contentId = name;
            return this;
        }

        /** Which of the provider's keys; by default {@code SD}, {@code HD}, {@code UHD1}, {@code UHD2} or {@code AUDIO}. */
        public Builder label(String keyLabel) {
            label = keyLabel;
            return this;
        }

        /**
         * Adds signalling to that of the key. Without any {@code pssh} in either, the common one ({@link
         * PsshBox#commonSystem}) is signalled.
         */
        public Builder system(DrmSystem system) {
            systems.add(system);
            return this;
        }

        /** Adds the signalling of these systems for each key, where the key does not bring its own. */
        public Builder systems(DrmSystems each) {
            signals = each;
            return this;
        }

        /**
         * Changes keys with time: the provider is asked at each segment for the key of its crypto period, and
         * is quick to answer. By default it is asked
         * once, for the key of {@link KeyProvider#NO_PERIOD}.
         */
        public Builder rotation(KeyRotation periods) {
            rotation = periods;
            return this;
        }

        /**
         * The {@code cenc} vector of decoding time 0, in place of a derived one; later ones are that plus the decoding time. The
         * caller sees to it that no two tracks with one key overlap.
         */
        public Builder firstVector(long vector) {
            firstVector = vector;
            return this;
        }

        public CencEncryptor build() {
            return new CencEncryptor(this);
        }
    }
}
