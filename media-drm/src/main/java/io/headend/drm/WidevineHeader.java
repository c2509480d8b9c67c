package io.headend.drm;

import io.headend.core.ContentProtection.DrmSystem;
import io.headend.core.MediaException;
import io.headend.core.ProtectionScheme;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * The data of a Widevine {@code pssh} box: the message {@code WidevinePsshData} of shaka-packager in the wire format of
 * Protocol Buffers.
 *
 * @param keyIds keys it is about, possibly none where the content id names them
 * @param provider who encrypted, or empty
 * @param contentId what the key service knows the content by, or empty; read-only
 * @param cryptoPeriod number of the period where keys rotate
 * @param scheme how samples are protected; players take {@code cenc} where it is left out
 */
public record WidevineHeader(
        List<UUID> keyIds,
        String provider,
        ByteBuffer contentId,
        OptionalLong cryptoPeriod,
        Optional<ProtectionScheme> scheme) {

    /** Widevine as registered with DASH-IF. */
    public static final UUID SYSTEM_ID = UUID.fromString("edef8ba9-79d6-4ace-a3c8-27dcd51d21ed");

    private static final int KEY_ID = 2;
    private static final int PROVIDER = 3;
    private static final int CONTENT_ID = 4;
    private static final int CRYPTO_PERIOD_INDEX = 7;
    private static final int PROTECTION_SCHEME = 9;
    private static final int UUID_SIZE = 16;

    public WidevineHeader {
        keyIds = List.copyOf(keyIds);
        ByteBuffer copy = ByteBuffer.allocate(contentId.remaining());
        contentId = copy.put(contentId.duplicate()).flip().asReadOnlyBuffer();
    }

    /** The header that names keys and the scheme, and nothing else. */
    public static WidevineHeader of(List<UUID> keyIds, ProtectionScheme scheme) {
        return new WidevineHeader(keyIds, "", ByteBuffer.allocate(0), OptionalLong.empty(), Optional.of(scheme));
    }

    @Override
    public ByteBuffer contentId() {
        return contentId.duplicate();
    }

    /** The message, fields in the order of their numbers. */
    public ByteBuffer toByteBuffer() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (UUID id : keyIds) {
            ByteBuffer bytes = ByteBuffer.allocate(UUID_SIZE)
                    .putLong(id.getMostSignificantBits())
                    .putLong(id.getLeastSignificantBits());
            ProtobufWire.bytes(out, KEY_ID, bytes.array());
        }
        if (!provider.isEmpty()) {
            ProtobufWire.bytes(out, PROVIDER, provider.getBytes(StandardCharsets.UTF_8));
        }
        if (contentId.hasRemaining()) {
            byte[] content = new byte[contentId.remaining()];
            contentId().get(content);
            ProtobufWire.bytes(out, CONTENT_ID, content);
        }
        cryptoPeriod.ifPresent(period -> ProtobufWire.number(out, CRYPTO_PERIOD_INDEX, period));
        scheme.ifPresent(value -> ProtobufWire.number(out, PROTECTION_SCHEME, fourcc(value)));
        return ByteBuffer.wrap(out.toByteArray());
    }

    /**
     * Reads a message; fields that are not shown here are passed over.
     *
     * @param data from position to limit, not moved
     * @throws MediaException MALFORMED
     */
    public static WidevineHeader parse(ByteBuffer data) {
        List<UUID> keyIds = new ArrayList<>();
        String provider = "";
        ByteBuffer contentId = ByteBuffer.allocate(0);
        OptionalLong period = OptionalLong.empty();
        Optional<ProtectionScheme> scheme = Optional.empty();
        for (ProtobufWire.Field field : ProtobufWire.read(data)) {
            switch (field.number()) {
                case KEY_ID -> {
                    ByteBuffer id = field.bytes();
                    if (id.remaining() != UUID_SIZE) {
                        throw MediaException.malformed(
                                "A Widevine header names a key by " + id.remaining() + " bytes; a key id has 16.");
                    }
                    keyIds.add(new UUID(id.getLong(), id.getLong()));
                }
                case PROVIDER ->
                    provider = StandardCharsets.UTF_8.decode(field.bytes()).toString();
                case CONTENT_ID -> contentId = field.bytes();
                case CRYPTO_PERIOD_INDEX -> period = OptionalLong.of(field.value());
                case PROTECTION_SCHEME -> scheme = scheme(field.value());
                default -> {}
            }
        }
        return new WidevineHeader(keyIds, provider, contentId, period, scheme);
    }

    /** The {@code pssh} box of version 0, as Widevine's players read it everywhere. */
    public PsshBox pssh() {
        return new PsshBox(SYSTEM_ID, List.of(), toByteBuffer());
    }

    /**
     * The box as signalling.
     *
     * @param licenseUrl where players post their challenge, or empty where the player knows
     */
    public DrmSystem system(String licenseUrl) {
        return new DrmSystem(SYSTEM_ID, pssh().toByteBuffer(), licenseUrl);
    }

    private static long fourcc(ProtectionScheme scheme) {
        return ByteBuffer.wrap(scheme.fourcc().getBytes(StandardCharsets.US_ASCII))
                        .getInt()
                & 0xFFFFFFFFL;
    }

    private static Optional<ProtectionScheme> scheme(long fourcc) {
        for (ProtectionScheme scheme : ProtectionScheme.values()) {
            if (fourcc(scheme) == fourcc) {
                return Optional.of(scheme);
            }
        }
        return Optional.empty();
    }
}
