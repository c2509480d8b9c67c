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
 * <p><b>Threading:</b> one instance per track, one thread at a time; it owns its {@code Cipher}. Asking the key provider in
 * {@link #begin} may block.
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
    private @Nullable CounterVectors vectors;
    private @Nullable Active active;

    /** What holds from one {@code begin} to the next. */
    private record Active(ContentProtection protection, SampleLayout layout, SampleCipher cipher) {}

    private CencEncryptor(Builder builder) {
        this.scheme = builder.scheme;
        this.keys = builder.keys;
        this.contentId = builder.contentId;
        this.label = builder.label;
        this.systems = List.copyOf(builder.systems);
        Long first = builder.firstVector;
        this.vectors = first == null ? null : new CounterVectors(first);
    }

    /**
     * Begins a protector for one track.
     *
     * @param keys asked once per {@link #begin}
     */
    public static Builder builder(ProtectionScheme scheme, KeyProvider keys) {
        return new Builder(scheme, keys);
    }

    @Override
    public void begin(Track track) {
        SampleLayout layout = SampleLayout.of(track, scheme);
        String asked = label == null ? label(track) : label;
        ContentKey key = keys.key(new KeyProvider.Query(contentId, asked, scheme, KeyProvider.NO_PERIOD));
        List<DrmSystem> signalled = new ArrayList<>(key.systems());
        signalled.addAll(systems);
        if (signalled.stream().noneMatch(system -> system.pssh().hasRemaining())) {
            signalled.add(0, PsshBox.commonSystem(key.id()));
        }
        if (scheme == ProtectionScheme.CENC) {
            CounterVectors counting = vectors;
            if (counting == null) {
                byte[] derived = DerivedVector.of(key, "cenc", contentId, track.name());
                counting = new CounterVectors(ByteBuffer.wrap(derived).getLong());
                vectors = counting;
            }
            active = new Active(
                    new ContentProtection(scheme, key.id(), 8, ByteBuffer.allocate(0), Pattern.NONE, signalled),
                    layout,
                    new CounterCipher(key, counting));
        } else {
            Pattern pattern = layout == SampleLayout.WHOLE ? Pattern.NONE : Pattern.ONE_IN_TEN;
            byte[] vector = constantVector(key);
            active = new Active(
                    new ContentProtection(scheme, key.id(), 0, ByteBuffer.wrap(vector), pattern, signalled),
                    layout,
                    new PatternCipher(key, vector, pattern));
        }
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
     *     not increase; nothing is written then
     */
    @Override
    public Encryption protect(SampleInfo info, ByteBuffer clear, ByteBuffer out) {
        Active current = active();
        if (out.remaining() < clear.remaining()) {
            throw MediaException.invalidArgument("A sample of " + clear.remaining() + " bytes does not fit the "
                    + out.remaining() + " bytes of the output.");
        }
        ByteBuffer in = clear.duplicate();
        ByteBuffer target = out.duplicate();
        List<Range> ranges = current.layout().ranges(in);
        ByteBuffer iv = current.cipher().encrypt(info, in, target, ranges);
        out.position(target.position());
        return new Encryption(iv, ranges);
    }

    private Active active() {
        Active current = active;
        if (current == null) {
            throw new MediaException(
                    MediaErrorCode.INVALID_STATE,
                    "The protector has no track yet; call begin before the first sample.");
        }
        return current;
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
