package io.headend.ingest.rtmp;

import io.headend.core.MediaException;
import io.headend.formats.amf.Amf0;
import io.headend.formats.amf.AmfValue;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Command and control messages (RTMP 1.0, 5.4 and 7), read and written. */
final class Commands {

    static final int STREAM_BEGIN = 0;
    static final int STREAM_EOF = 1;
    static final int SET_BUFFER_LENGTH = 3;
    static final int PING_REQUEST = 6;
    static final int PING_RESPONSE = 7;

    static final int WINDOW = 5_000_000;

    /** Reconnect, multitrack, ModEx, nanosecond offset (Enhanced RTMP v2, capsEx). */
    static final int CAPABILITIES = 15;

    /** Can forward. */
    private static final int FORWARD = 4;

    private static final List<String> VIDEO = List.of("avc1", "hvc1", "vvc1", "av01", "vp08", "vp09");
    private static final List<String> AUDIO = List.of("mp4a", ".mp3", "Opus", "fLaC", "ac-3", "ec-3");

    /**
     * One command.
     *
     * @param transaction 0 where no answer is expected
     * @param arguments what follows, the command object first
     */
    record Command(String name, double transaction, List<AmfValue> arguments) {

        AmfValue.Obj object(int index) {
            return index < arguments.size() && arguments.get(index) instanceof AmfValue.Obj object
                    ? object
                    : AmfValue.object(Map.of());
        }

        String text(int index) {
            return index < arguments.size() && arguments.get(index) instanceof AmfValue.Text text ? text.value() : "";
        }

        double number(int index, double otherwise) {
            return index < arguments.size() && arguments.get(index) instanceof AmfValue.Num number
                    ? number.value()
                    : otherwise;
        }
    }

    private Commands() {}

    /**
     * @throws MediaException {@code MALFORMED} if it is no command
     */
    static Command read(RtmpMessage message) {
        ByteBuf payload = message.payload();
        int skip = message.type() == MessageType.COMMAND_AMF3 && payload.isReadable() ? 1 : 0;
        List<AmfValue> values =
                Amf0.readAll(payload.nioBuffer(payload.readerIndex() + skip, payload.readableBytes() - skip));
        if (values.isEmpty() || !(values.get(0) instanceof AmfValue.Text name)) {
            throw MediaException.malformed("a command message has no name");
        }
        double transaction = values.size() > 1 && values.get(1) instanceof AmfValue.Num number ? number.value() : 0;
        return new Command(name.value(), transaction, values.subList(Math.min(2, values.size()), values.size()));
    }

    static ByteBuf command(ByteBufAllocator alloc, int streamId, String name, double transaction, AmfValue... rest) {
        return command(alloc, streamId, name, transaction, List.of(rest), Chunks.SIZE);
    }

    static ByteBuf command(
            ByteBufAllocator alloc, int streamId, String name, double transaction, List<AmfValue> rest, int chunkSize) {
        List<AmfValue> values = new ArrayList<>();
        values.add(AmfValue.of(name));
        values.add(AmfValue.of(transaction));
        values.addAll(rest);
        ByteBuf payload = Unpooled.wrappedBuffer(Amf0.write(values));
        return Chunks.write(alloc, MessageType.COMMAND_AMF0, streamId, 0, payload, chunkSize);
    }

    static ByteBuf status(ByteBufAllocator alloc, int streamId, String level, String code, String description) {
        return command(
                alloc,
                streamId,
                "onStatus",
                0,
                AmfValue.none(),
                AmfValue.object("level", level, "code", code, "description", description));
    }

    static ByteBuf number(ByteBufAllocator alloc, int type, int value) {
        return Chunks.write(alloc, type, 0, 0, Unpooled.buffer(4).writeInt(value), Chunks.SIZE);
    }

    static ByteBuf peerBandwidth(ByteBufAllocator alloc) {
        ByteBuf payload = Unpooled.buffer(5).writeInt(WINDOW).writeByte(2);
        return Chunks.write(alloc, MessageType.SET_PEER_BANDWIDTH, 0, 0, payload, Chunks.SIZE);
    }

    static ByteBuf userControl(ByteBufAllocator alloc, int event, int value) {
        ByteBuf payload = Unpooled.buffer(6).writeShort(event).writeInt(value);
        return Chunks.write(alloc, MessageType.USER_CONTROL, 0, 0, payload, Chunks.SIZE);
    }

    /** What is said of Enhanced RTMP, added to the properties of a connect command or of its answer. */
    static AmfValue.Obj withCapabilities(AmfValue.Obj properties) {
        Map<String, AmfValue> fields = new LinkedHashMap<>(properties.fields());
        List<AmfValue> codes = new ArrayList<>();
        VIDEO.forEach(code -> codes.add(AmfValue.of(code)));
        AUDIO.forEach(code -> codes.add(AmfValue.of(code)));
        fields.put("fourCcList", AmfValue.items(codes));
        fields.put("videoFourCcInfoMap", infoMap(VIDEO));
        fields.put("audioFourCcInfoMap", infoMap(AUDIO));
        fields.put("capsEx", AmfValue.of(CAPABILITIES));
        return AmfValue.object(fields);
    }

    private static AmfValue infoMap(List<String> codes) {
        Map<String, AmfValue> map = new LinkedHashMap<>();
        codes.forEach(code -> map.put(code, AmfValue.of(FORWARD)));
        return AmfValue.object(map);
    }
}
