package io.headend.formats.flv;

import io.headend.core.MediaException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The body of a video message or tag: FLV 10.1 (E.4.3) and Enhanced RTMP v1 and v2.
 *
 * @param enhanced whether the coding is named by FourCC
 * @param frameType 1 key frame, 2 inter frame, 3 disposable, 4 generated key frame, 5 command
 * @param packetType what it carries; for codings without a packet type {@code CODED_FRAMES}
 * @param nanoOffset nanoseconds to add to the presentation time, 0 to 999,999 (ModEx, TimestampOffsetNano)
 * @param tracks what there is of each track: at least one, at most {@value ExHeader#MAX_TRACKS}; empty for a command
 * @param command of a command frame: 0 start, 1 end of seeking; else 0
 */
public record VideoMessage(
        boolean enhanced, int frameType, PacketType packetType, int nanoOffset, List<TrackData> tracks, int command) {

    public static final int KEY_FRAME = 1;
    public static final int INTER_FRAME = 2;
    public static final int COMMAND_FRAME = 5;

    private static final int EX_HEADER = 0x80;

    /**
     * One track's part of a message.
     *
     * @param trackId 0 for the main track, to 255
     * @param codec the coding; {@code null} for a FourCC that is not known
     * @param compositionTime milliseconds from decoding to presentation, 24 bits, signed
     * @param data record or coded data; read-only, each call gives a view of its own
     */
    public record TrackData(int trackId, @Nullable VideoCodec codec, int compositionTime, ByteBuffer data) {
        public TrackData {
            data = data.slice().asReadOnlyBuffer();
        }

        @Override
        public ByteBuffer data() {
            return data.duplicate();
        }
    }

    public VideoMessage {
        tracks = List.copyOf(tracks);
        if (frameType < 0 || frameType > 7 || nanoOffset < 0 || nanoOffset > 0xFF_FFFF) {
            throw MediaException.malformed(
                    "a video message has frame type " + frameType + " and an offset of " + nanoOffset + " ns");
        }
    }

    /** Whether decoding of the track can start here. */
    public boolean keyFrame() {
        return frameType == KEY_FRAME || frameType == 4;
    }

    /**
     * @param body from position to limit; not moved
     * @throws MediaException {@code MALFORMED} if it is cut short or breaks the rules, {@code UNSUPPORTED} for packet types
     *     and numbered codings that are not known
     */
    public static VideoMessage parse(ByteBuffer body) {
        ByteBuffer in = body.slice();
        int first = ExHeader.u8(in);
        return (first & EX_HEADER) != 0 ? parseEnhanced(in, first) : parseNumbered(in, first);
    }

    private static VideoMessage parseNumbered(ByteBuffer in, int first) {
        int frameType = first >> 4;
        VideoCodec codec = VideoCodec.ofId(first & 15);
        if (frameType == COMMAND_FRAME) {
            return new VideoMessage(
                    false, frameType, PacketType.CODED_FRAMES, 0, List.of(), in.hasRemaining() ? in.get() & 0xFF : 0);
        }
        if (codec == null) {
            throw MediaException.unsupported("video codec " + (first & 15) + " of FLV is not known");
        }
        PacketType type = PacketType.CODED_FRAMES;
        int composition = 0;
        if (codec.reorders()) {
            int number = ExHeader.u8(in);
            composition = ExHeader.u24(in) << 8 >> 8;
            if (number > 2) {
                throw MediaException.malformed("an AVC packet has type " + number + "; 0, 1 and 2 are known");
            }
            type = number == 0
                    ? PacketType.SEQUENCE_START
                    : number == 1 ? PacketType.CODED_FRAMES : PacketType.SEQUENCE_END;
        }
        return new VideoMessage(
                false, frameType, type, 0, List.of(new TrackData(0, codec, composition, in.slice())), 0);
    }

    private static VideoMessage parseEnhanced(ByteBuffer in, int first) {
        int frameType = first >> 4 & 7;
        ExHeader header = new ExHeader(in, true, first & 15);
        int outer = header.readModEx();
        if (frameType == COMMAND_FRAME && outer != PacketType.METADATA.value(true)) {
            return new VideoMessage(
                    true, frameType, PacketType.CODED_FRAMES, header.nanoOffset(), List.of(), ExHeader.u8(in));
        }
        List<ExHeader.Part> parts = header.readParts();
        PacketType type = PacketType.of(true, header.type());
        if (type == null) {
            throw MediaException.unsupported("video packet type " + header.type() + " is not known");
        }
        List<TrackData> tracks = new ArrayList<>(parts.size());
        for (ExHeader.Part part : parts) {
            VideoCodec codec = VideoCodec.ofFourCc(part.fourCc());
            ByteBuffer data = part.bytes();
            int composition = 0;
            if (type == PacketType.CODED_FRAMES && codec != null && codec.reorders()) {
                composition = ExHeader.u24(data) << 8 >> 8;
            }
            tracks.add(new TrackData(part.trackId(), codec, composition, data));
        }
        return new VideoMessage(true, frameType, type, header.nanoOffset(), tracks, 0);
    }

    /**
     * The bytes of the message.
     *
     * @throws MediaException {@code INVALID_ARGUMENT} if the coding has no number, or no FourCC, and the form needs it
     */
    public ByteBuffer toBytes() {
        if (frameType == COMMAND_FRAME && tracks.isEmpty()) {
            return enhanced
                    ? ByteBuffer.wrap(new byte[] {(byte) (EX_HEADER | frameType << 4 | 1), (byte) command})
                    : ByteBuffer.wrap(new byte[] {(byte) (frameType << 4 | VideoCodec.AVC.id()), (byte) command});
        }
        return enhanced ? enhancedBytes() : numberedBytes();
    }

    private ByteBuffer numberedBytes() {
        TrackData track = tracks.get(0);
        VideoCodec codec = require(track.codec());
        if (codec.id() < 0 || tracks.size() != 1 || track.trackId() != 0 || nanoOffset != 0) {
            throw notWritable("needs Enhanced RTMP");
        }
        ByteBuffer data = track.data();
        ByteBuffer out = ByteBuffer.allocate(5 + data.remaining());
        out.put((byte) (frameType << 4 | codec.id()));
        if (codec.reorders()) {
            out.put((byte) packetType.value(true));
            FlvTag.put24(out, track.compositionTime());
        }
        return out.put(data).flip();
    }

    private ByteBuffer enhancedBytes() {
        List<ExHeader.Part> parts = new ArrayList<>(tracks.size());
        for (TrackData track : tracks) {
            VideoCodec codec = require(track.codec());
            if (codec.fourCc().isEmpty()) {
                throw notWritable("has no FourCC for " + codec);
            }
            ByteBuffer data = track.data();
            if (packetType == PacketType.CODED_FRAMES && codec.reorders()) {
                ByteBuffer timed = ByteBuffer.allocate(3 + data.remaining());
                FlvTag.put24(timed, track.compositionTime());
                data = timed.put(data).flip();
            }
            parts.add(new ExHeader.Part(codec.fourCc(), track.trackId(), data));
        }
        return ExHeader.write(8 | frameType, true, packetType.value(true), nanoOffset, parts);
    }

    private static VideoCodec require(@Nullable VideoCodec codec) {
        if (codec == null) {
            throw notWritable("has a coding that is not known");
        }
        return codec;
    }

    private static MediaException notWritable(String why) {
        return MediaException.invalidArgument(
                String.format(Locale.ROOT, "this video message cannot be written: it %s", why));
    }
}
