package io.headend.drm.hls;

import io.headend.core.Codec;
import io.headend.core.ContentProtection.DrmSystem;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.SampleInfo;
import io.headend.core.Track;
import io.headend.drm.ContentKey;
import io.headend.drm.FairPlay;
import io.headend.drm.KeyProvider;
import io.headend.drm.KeyRotation;
import io.headend.formats.ac3.SyncFrame;
import io.headend.formats.h26x.AnnexB;
import io.headend.formats.hls.Key;
import io.headend.formats.mpegts.ElementaryStream;
import io.headend.formats.mpegts.UnitProtector;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@code METHOD=SAMPLE-AES} in transport streams (MPEG-2 Stream Encryption Format for HTTP Live Streaming): AES-128 in CBC mode over one block
 * in ten of H.264 slices, and over all of AAC, AC-3 and Enhanced AC-3 but the first 16 bytes of a frame. The chain begins anew with each NAL
 * unit and frame.
 *
 * <p><b>Threading:</b> one instance per track, one thread at a time.
 */
public final class SampleAesEncryptor implements UnitProtector {

    private static final int BLOCK = 16;
    private static final int ADTS_HEADER = 7;
    private static final int ADTS_CHECKED_HEADER = 9;
    private static final int SLICE = 1;
    private static final int IDR_SLICE = 5;
    private static final int SHORT_UNIT = 48;
    private static final int UNIT_LEADER = 32;
    private static final int STRIDE = 160;

    private final Track track;
    private final KeySchedule schedule;
    private final Function<ContentKey, String> uri;
    private final BlockCipher cipher = new BlockCipher();
    private byte[] bytes = new byte[0];
    private ByteBuffer escaped = ByteBuffer.allocate(0);
    private @Nullable ContentKey key;

    private SampleAesEncryptor(Builder builder, Track track) {
        this.track = track;
        this.schedule = new KeySchedule(builder.keys, builder.contentId, builder.label, builder.rotation);
        this.uri = builder.uri;
    }

    /**
     * @param keys asked for a key of {@code cbcs}; its vector is the explicit or the constant one
     * @param uri where players fetch the 16 bytes of a key
     */
    public static Builder builder(KeyProvider keys, Function<ContentKey, String> uri) {
        return new Builder(keys, uri);
    }

    /** @throws MediaException UNSUPPORTED if the coding has no encrypted form in transport streams */
    @Override
    public ElementaryStream describe(ElementaryStream clear) {
        return EncryptedStreams.describe(clear, track);
    }

    @Override
    public void beginSegment(long number) {
        key = null;
        key = schedule.at(number).withConstantIv();
    }

    /** The key by its URI, and for FairPlay where the key has its signalling. */
    @Override
    public List<Key> keys() {
        ContentKey current = current();
        List<Key> all = new ArrayList<>(2);
        String address = uri.apply(current);
        if (!address.isEmpty()) {
            all.add(new Key("SAMPLE-AES", address, "", "", SegmentEncryptor.hex(current.iv()), ""));
        }
        for (DrmSystem system : current.systems()) {
            if (system.systemId().equals(FairPlay.SYSTEM_ID)) {
                all.add(new Key("SAMPLE-AES", system.licenseUrl(), "com.apple.streamingkeydelivery", "1", "", ""));
            }
        }
        return all;
    }

    private ContentKey current() {
        ContentKey current = key;
        if (current == null) {
            throw new MediaException(
                    MediaErrorCode.INVALID_STATE, "The segment has no key; call beginSegment before its first unit.");
        }
        return current;
    }

    /**
     * {@inheritDoc}
     *
     * @throws MediaException INVALID_STATE before {@link #beginSegment}; MALFORMED if the unit cannot be read
     */
    @Override
    public ByteBuffer protect(SampleInfo info, ByteBuffer unit) {
        ContentKey with = current();
        int size = unit.remaining();
        if (bytes.length < size) {
            bytes = new byte[size + size / 2];
        }
        unit.get(unit.position(), bytes, 0, size);
        Codec codec = track.format().codec().codec();
        if (codec == Codec.AVC) {
            return picture(with, size);
        }
        if (codec == Codec.AAC) {
            int header = size > 1 && (bytes[1] & 1) == 0 ? ADTS_CHECKED_HEADER : ADTS_HEADER;
            frame(with, header, size - header);
        } else {
            for (int at = 0; at < size; ) {
                int length =
                        SyncFrame.parse(ByteBuffer.wrap(bytes, at, size - at)).size();
                frame(with, at, Math.min(length, size - at));
                at += length;
            }
        }
        return ByteBuffer.wrap(bytes, 0, size);
    }

    /** All whole blocks behind the first one. */
    private void frame(ContentKey with, int from, int size) {
        int blocks = size / BLOCK - 1;
        if (blocks > 0) {
            cipher.encrypt(with.secret(), with.iv(), bytes, from + BLOCK, BLOCK, blocks);
        }
    }

    private ByteBuffer picture(ContentKey with, int size) {
        if (escaped.capacity() < size / 2 * 3 + 8) {
            escaped = ByteBuffer.allocate(size * 2 + 8);
        }
        escaped.clear();
        ByteBuffer in = ByteBuffer.wrap(bytes, 0, size);
        int copied = 0;
        int code = AnnexB.startCode(in, 0, size);
        while (code < size) {
            int from = code + 3;
            int next = AnnexB.startCode(in, from, size);
            // the zero byte in front belongs to a start code of four
            int to = next < size && bytes[next - 1] == 0 ? next - 1 : next;
            int type = from < to ? bytes[from] & 31 : 0;
            int length = to - from;
            if ((type == SLICE || type == IDR_SLICE) && length > SHORT_UNIT) {
                int blocks = (length - UNIT_LEADER - BLOCK + STRIDE - 1) / STRIDE;
                cipher.encrypt(with.secret(), with.iv(), bytes, from + UNIT_LEADER, STRIDE, blocks);
                escaped.put(bytes, copied, from - copied);
                escape(from, to);
                copied = to;
            }
            code = next;
        }
        return escaped.put(bytes, copied, size - copied).flip();
    }

    /** Writes bytes with emulation prevention (ISO/IEC 14496-10, 7.4.1), on top of what they had before they were encrypted. */
    private void escape(int from, int to) {
        int zeros = 0;
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            if (zeros == 2 && b >= 0 && b <= 3) {
                escaped.put((byte) 3);
                zeros = 0;
            }
            escaped.put(b);
            zeros = b == 0 ? zeros + 1 : 0;
        }
    }

    @Override
    public String toString() {
        return "SampleAesEncryptor[" + track.name() + "]";
    }

    /** Where keys come from. All streams of a segment have one key, hence one builder for all of them. */
    public static final class Builder {
        private final KeyProvider keys;
        private final Function<ContentKey, String> uri;
        private String contentId = "";
        private String label = "HD";
        private @Nullable KeyRotation rotation;

        private Builder(KeyProvider keys, Function<ContentKey, String> uri) {
            this.keys = keys;
            this.uri = uri;
        }

        /** Name of the channel or asset; empty by default. */
        public Builder contentId(String name) {
            contentId = name;
            return this;
        }

        /** Which of the provider's keys, {@code HD} by default. */
        public Builder label(String keyLabel) {
            label = keyLabel;
            return this;
        }

        /** Changes keys with time. */
        public Builder rotation(KeyRotation periods) {
            rotation = periods;
            return this;
        }

        /** For one track. */
        public SampleAesEncryptor build(Track track) {
            return new SampleAesEncryptor(this, track);
        }
    }
}
