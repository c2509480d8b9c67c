package io.headend.formats.flv;

import io.headend.core.MediaException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body of an audio message or tag: FLV 10.1 (E.4.2) and Enhanced RTMP v2.
 *
 * @param enhanced whether the coding is named by FourCC
 * @param packetType what it carries; for codings without a packet type {@code CODED_FRAMES}
 * @param soundFlags rate, size and channels of the header without FourCC, 0 to 15; else 0
 * @param nanoOffset nanoseconds to add to the presentation time (ModEx, TimestampOffsetNano)
 * @param tracks what there is of each track: at least one, at most {@value ExHeader#MAX_TRACKS}
 */
public record AudioMessage(
        boolean enhanced, PacketType packetType, int soundFlags, int nanoOffset, List<TrackData> tracks) {

    /** 44 kHz, 16 bits, stereo: what the header of AAC always says. */
    public static final int AAC_FLAGS = 15;

    private static final int EX_HEADER = 9;

    /**
     * One track's part of a message.
     *
     * @param trackId 0 for the main track, to 255
     * @param codec the coding; {@code null} for a FourCC that is not known
     * @param data record or coded data; read-only, each call gives a view of its own
     */
    public record TrackData(int trackId, @Nullable AudioCodec codec, ByteBuffer data) {
        public TrackData {
            data = data.slice().asReadOnlyBuffer();
        }

        @Override
        public ByteBuffer data() {
            return data.duplicate();
        }
    }

    public AudioMessage {
        tracks = List.copyOf(tracks);
        if (soundFlags < 0 || soundFlags > 15 || nanoOffset < 0 || nanoOffset > 0xFF_FFFF) {
            throw MediaException.malformed(
                    "an audio message has flags " + soundFlags + " and an offset of " + nanoOffset + " ns");
        }
    }

    /**
     * @param body from position to limit; not moved
     * @throws MediaException {@code MALFORMED} if it is cut short or breaks the rules, {@code UNSUPPORTED} for packet types
     *     and numbered codings that are not known
     */
    public static AudioMessage parse(ByteBuffer body) {
        ByteBuffer in = body.slice();
        int first = ExHeader.u8(in);
        return first >> 4 == EX_HEADER ? parseEnhanced(in, first & 15) : parseNumbered(in, first);
    }

    private static AudioMessage parseNumbered(ByteBuffer in, int first) {
        AudioCodec codec = AudioCodec.ofId(first >> 4);
        if (codec == null) {
            throw MediaException.unsupported("sound format " + (first >> 4) + " of FLV is not known");
        }
        PacketType type = PacketType.CODED_FRAMES;
        if (codec == AudioCodec.AAC) {
            type = ExHeader.u8(in) == 0 ? PacketType.SEQUENCE_START : PacketType.CODED_FRAMES;
        }
        return new AudioMessage(false, type, first & 15, 0, List.of(new TrackData(0, codec, in.slice())));
    }

    private static AudioMessage parseEnhanced(ByteBuffer in, int firstType) {
        ExHeader header = new ExHeader(in, false, firstType);
        header.readModEx();
        List<ExHeader.Part> parts = header.readParts();
        PacketType type = PacketType.of(false, header.type());
        if (type == null) {
            throw MediaException.unsupported("audio packet type " + header.type() + " is not known");
        }
        List<TrackData> tracks = new ArrayList<>(parts.size());
        for (ExHeader.Part part : parts) {
            tracks.add(new TrackData(part.trackId(), AudioCodec.ofFourCc(part.fourCc()), part.bytes()));
        }
        return new AudioMessage(true, type, 0, header.nanoOffset(), tracks);
    }

    /**
     * The bytes of the message.
     *
     * @throws MediaException {@code INVALID_ARGUMENT} if the coding has no number, or no FourCC, and the form needs it
     */
    public ByteBuffer toBytes() {
        if (enhanced) {
            List<ExHeader.Part> parts = new ArrayList<>(tracks.size());
            for (TrackData track : tracks) {
                AudioCodec codec = track.codec();
                if (codec == null || codec.fourCc().isEmpty()) {
                    throw MediaException.invalidArgument(
                            "this audio message cannot be written: its coding has no FourCC");
                }
                parts.add(new ExHeader.Part(codec.fourCc(), track.trackId(), track.data()));
            }
            return ExHeader.write(EX_HEADER, false, packetType.value(false), nanoOffset, parts);
        }
        TrackData track = tracks.get(0);
        AudioCodec codec = track.codec();
        if (codec == null || codec.id() < 0 || tracks.size() != 1 || track.trackId() != 0 || nanoOffset != 0) {
            throw MediaException.invalidArgument("this audio message cannot be written: it needs Enhanced RTMP");
        }
        ByteBuffer data = track.data();
        ByteBuffer out = ByteBuffer.allocate(2 + data.remaining());
        out.put((byte) (codec.id() << 4 | soundFlags));
        if (codec == AudioCodec.AAC) {
            out.put((byte) (packetType == PacketType.SEQUENCE_START ? 0 : 1));
        }
        return out.put(data).flip();
    }
}
