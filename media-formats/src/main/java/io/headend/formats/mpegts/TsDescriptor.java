package io.headend.formats.mpegts;

import io.headend.core.MediaException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A descriptor of a program or of one of its streams (ISO/IEC 13818-1, 2.6; ETSI EN 300 468, 6.2).
 *
 * @param tag what it is
 * @param data at most 255 bytes; read-only, each call gives a view of its own
 */
public record TsDescriptor(int tag, ByteBuffer data) {

    public static final int REGISTRATION = 0x05;
    public static final int LANGUAGE = 0x0A;
    public static final int METADATA_POINTER = 0x25;
    public static final int METADATA = 0x26;
    public static final int TELETEXT = 0x56;
    public static final int SUBTITLING = 0x59;
    public static final int AC3 = 0x6A;
    public static final int ENHANCED_AC3 = 0x7A;
    public static final int DTS = 0x7B;
    public static final int AAC = 0x7C;
    /** DVB extension descriptor; the first data byte is the extended tag. */
    public static final int EXTENSION = 0x7F;
    /** SCTE 35, 8.2. */
    public static final int CUE_IDENTIFIER = 0x8A;

    private static final int EXTENSION_OPUS = 0x80;

    public TsDescriptor {
        if (tag >>> 8 != 0 || data.remaining() > 255) {
            throw new IllegalArgumentException("not a descriptor: tag " + tag + " with " + data.remaining() + " bytes");
        }
        data = copyOf(data);
    }

    static ByteBuffer copyOf(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining())
                .put(bytes.duplicate())
                .flip()
                .asReadOnlyBuffer();
    }

    @Override
    public ByteBuffer data() {
        return data.duplicate();
    }

    private static TsDescriptor of(int tag, int... bytes) {
        ByteBuffer data = ByteBuffer.allocate(bytes.length);
        for (int value : bytes) {
            data.put((byte) value);
        }
        return new TsDescriptor(tag, data.flip());
    }

    /**
     * Who defines what is in the stream (2.6.8).
     *
     * @param identifier four characters, such as {@code HEVC}, {@code Opus}, {@code AC-3} or {@code CUEI}
     */
    public static TsDescriptor registration(String identifier) {
        return new TsDescriptor(REGISTRATION, ByteBuffer.wrap(fourBytes(identifier)));
    }

    /**
     * The language of a stream (2.6.18).
     *
     * @param iso639 three letters of ISO 639-2
     * @param audioType 0 undefined, 1 clean effects, 2 hearing impaired, 3 commentary for the visually impaired
     */
    public static TsDescriptor language(String iso639, int audioType) {
        byte[] code = letters(iso639);
        return of(LANGUAGE, code[0], code[1], code[2], audioType);
    }

    /** AC-3 sound (EN 300 468, D.3), without optional fields. */
    public static TsDescriptor ac3() {
        return of(AC3, 0);
    }

    /** Enhanced AC-3 sound (EN 300 468, D.5), without optional fields. */
    public static TsDescriptor enhancedAc3() {
        return of(ENHANCED_AC3, 0);
    }

    /**
     * Opus sound; goes with the registration {@code Opus}.
     *
     * @param channels 1 to 8
     */
    public static TsDescriptor opus(int channels) {
        return of(EXTENSION, EXTENSION_OPUS, channels);
    }

    /**
     * DVB subtitles (EN 300 468, 6.2.41).
     *
     * @param iso639 three letters of ISO 639-2
     * @param type 0x10 to 0x14 for normal, 0x20 to 0x24 for the hard of hearing
     */
    public static TsDescriptor subtitling(String iso639, int type, int compositionPage, int ancillaryPage) {
        byte[] code = letters(iso639);
        return of(
                SUBTITLING,
                code[0],
                code[1],
                code[2],
                type,
                compositionPage >> 8,
                compositionPage,
                ancillaryPage >> 8,
                ancillaryPage);
    }

    /** All kinds of splice commands come in this stream (SCTE 35, 8.2). */
    public static TsDescriptor cueIdentifier() {
        return of(CUE_IDENTIFIER, 1);
    }

    /** Timed ID3 tags in PES packets: goes to the stream; {@link #id3Pointer} to the program. */
    public static TsDescriptor id3Metadata() {
        return new TsDescriptor(
                METADATA,
                ByteBuffer.allocate(13)
                        .putShort((short) 0xFFFF)
                        .put(fourBytes("ID3 "))
                        .put((byte) 0xFF)
                        .put(fourBytes("ID3 "))
                        .put((byte) 0)
                        .put((byte) 0x0F)
                        .flip());
    }

    /** Says that a program has timed ID3 tags. */
    public static TsDescriptor id3Pointer(int programNumber) {
        return new TsDescriptor(
                METADATA_POINTER,
                ByteBuffer.allocate(15)
                        .putShort((short) 0xFFFF)
                        .put(fourBytes("ID3 "))
                        .put((byte) 0xFF)
                        .put(fourBytes("ID3 "))
                        .put((byte) 0)
                        .put((byte) 0x1F)
                        .putShort((short) programNumber)
                        .flip());
    }

    private static byte[] fourBytes(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        if (bytes.length != 4) {
            throw new IllegalArgumentException("'" + text + "' has not four characters");
        }
        return bytes;
    }

    private static byte[] letters(String iso639) {
        if (!iso639.matches("[a-z]{3}")) {
            throw new IllegalArgumentException("'" + iso639 + "' is not a language code of three small letters");
        }
        return iso639.getBytes(StandardCharsets.US_ASCII);
    }

    /** Four characters if it is a registration, else empty. */
    String registered() {
        return tag == REGISTRATION && data.remaining() >= 4 ? text(0, 4) : "";
    }

    /** Whether it registers such an identifier of four characters. */
    public boolean isRegisteredAs(String identifier) {
        return registered().equals(identifier);
    }

    /** Three letters if it names a language, else empty. */
    String languageCode() {
        boolean named = (tag == LANGUAGE || tag == SUBTITLING || tag == TELETEXT) && data.remaining() >= 4;
        String code = named ? text(0, 3).toLowerCase(Locale.ROOT) : "";
        return code.matches("[a-z]{3}") ? code : "";
    }

    /** Channels by the extension descriptor of Opus, or 0. */
    int opusChannels() {
        boolean opus = tag == EXTENSION && data.remaining() >= 2 && (data.get(0) & 0xFF) == EXTENSION_OPUS;
        int channels = opus ? data.get(1) & 0xFF : 0;
        return channels <= 8 ? channels : 0;
    }

    boolean isId3() {
        return tag == METADATA && data.remaining() >= 6 && text(2, 4).equals("ID3 ");
    }

    private String text(int at, int size) {
        byte[] bytes = new byte[size];
        data.get(at, bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** Reads descriptors from position to limit. */
    static List<TsDescriptor> read(ByteBuffer in) {
        List<TsDescriptor> descriptors = new ArrayList<>();
        while (in.remaining() >= 2) {
            int tag = in.get() & 0xFF;
            int size = in.get() & 0xFF;
            if (size > in.remaining()) {
                throw MediaException.malformed("a descriptor of " + size + " bytes reaches beyond its table");
            }
            descriptors.add(new TsDescriptor(tag, in.slice(in.position(), size)));
            in.position(in.position() + size);
        }
        return List.copyOf(descriptors);
    }

    static int size(List<TsDescriptor> descriptors) {
        return descriptors.stream().mapToInt(d -> 2 + d.data.remaining()).sum();
    }

    static void write(List<TsDescriptor> descriptors, ByteBuffer out) {
        for (TsDescriptor descriptor : descriptors) {
            out.put((byte) descriptor.tag)
                    .put((byte) descriptor.data.remaining())
                    .put(descriptor.data());
        }
    }
}
