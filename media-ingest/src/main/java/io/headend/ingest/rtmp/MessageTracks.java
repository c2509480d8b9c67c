package io.headend.ingest.rtmp;

import io.headend.core.Codec;
import io.headend.core.Discontinuity;
import io.headend.core.HeapSample;
import io.headend.core.MediaException;
import io.headend.core.SampleInfo;
import io.headend.core.StreamItem;
import io.headend.core.StreamSink;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.core.Track;
import io.headend.core.TrackFormat;
import io.headend.core.TrackInfo;
import io.headend.formats.amf.Amf0;
import io.headend.formats.amf.AmfValue;
import io.headend.formats.flv.AudioCodec;
import io.headend.formats.flv.AudioMessage;
import io.headend.formats.flv.PacketType;
import io.headend.formats.flv.VideoMessage;
import io.headend.formats.h26x.NalUnits;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes tracks and samples in canonical form out of messages: id 2n is video track n, 2n+1 audio track n. Times are those of the
 * wire; the normaliser comes next. Messages that cannot be read are counted and left out. One thread.
 */
final class MessageTracks {

    private static final Logger log = LoggerFactory.getLogger(MessageTracks.class);
    private static final int MAX_TRACKS = 64;

    private final StreamSink sink;
    private final LongUnaryOperator wallClock;
    private final Map<Integer, TrackFormat> formats = new HashMap<>();
    private final Map<Integer, Enum<?>> codecs = new HashMap<>();
    private final Map<Integer, Integer> lengthSizes = new HashMap<>();
    private AmfValue.Obj metadata = AmfValue.object(Map.of());
    private long damaged;

    /**
     * @param wallClock from {@code nanoTime} of an arrival to nanoseconds since 1970
     */
    MessageTracks(StreamSink sink, LongUnaryOperator wallClock) {
        this.sink = sink;
        this.wallClock = wallClock;
    }

    long damaged() {
        return damaged;
    }

    void accept(StreamTap.Item item) {
        List<StreamItem> made;
        try {
            made = read(item);
        } catch (MediaException | IllegalArgumentException e) {
            damaged++;
            log.debug("a message was left out", e);
            return;
        }
        if (item.restart()) {
            Timestamp at = Timestamp.of(item.timestamp() & 0xFFFF_FFFFL, Timebase.MILLIS);
            sink.accept(new Discontinuity(Discontinuity.Cause.RESTART, at, Timestamp.of(0, Timebase.MILLIS)));
        }
        made.forEach(sink::accept);
    }

    private List<StreamItem> read(StreamTap.Item item) {
        return switch (item.type()) {
            case MessageType.VIDEO -> video(item, VideoMessage.parse(item.payload()));
            case MessageType.AUDIO -> audio(item, AudioMessage.parse(item.payload()));
            case MessageType.DATA_AMF0 -> data(item.payload());
            default -> List.of();
        };
    }

    private static int millis(int nanos) {
        return (nanos + 500_000) / 1_000_000;
    }

    private List<StreamItem> data(ByteBuffer payload) {
        List<AmfValue> values = Amf0.readAll(payload);
        if (values.size() > 1
                && values.get(0) instanceof AmfValue.Text name
                && name.value().equals("onMetaData")
                && values.get(1) instanceof AmfValue.Obj object) {
            metadata = object;
        }
        return List.of();
    }

    private List<StreamItem> video(StreamTap.Item item, VideoMessage message) {
        List<StreamItem> made = new ArrayList<>(2);
        for (VideoMessage.TrackData part : message.tracks()) {
            int id = 2 * part.trackId();
            if (part.codec() == null) {
                damaged++;
            } else if (message.packetType() == PacketType.SEQUENCE_START) {
                codecs.put(id, part.codec());
                describe(made, id, FlvFormats.video(part.codec(), part.data(), metadata));
                lengthSizes.put(id, FlvFormats.lengthSize(part.codec(), part.data()));
            } else if (message.packetType() == PacketType.CODED_FRAMES
                    || message.packetType() == PacketType.CODED_FRAMES_X) {
                if (!described(id, part.codec())) {
                    describe(made, id, FlvFormats.videoWithoutRecord(part.codec(), metadata));
                }
                coded(
                        made,
                        item,
                        id,
                        part.compositionTime() + millis(message.nanoOffset()),
                        message.keyFrame(),
                        part.data());
            }
        }
        return made;
    }

    private List<StreamItem> audio(StreamTap.Item item, AudioMessage message) {
        List<StreamItem> made = new ArrayList<>(2);
        for (AudioMessage.TrackData part : message.tracks()) {
            int id = 2 * part.trackId() + 1;
            AudioCodec codec = part.codec();
            if (codec == null) {
                damaged++;
            } else if (message.packetType() == PacketType.SEQUENCE_START) {
                codecs.put(id, codec);
                describe(made, id, FlvFormats.audio(codec, part.data(), metadata));
            } else if (message.packetType() == PacketType.CODED_FRAMES
                    && part.data().hasRemaining()) {
                if (!described(id, codec)) {
                    describe(
                            made,
                            id,
                            FlvFormats.audioWithoutRecord(codec, message.soundFlags(), part.data(), metadata));
                }
                coded(made, item, id, 0, true, part.data());
            }
        }
        return made;
    }

    /** Whether the track is known, and as this coding. */
    private boolean described(int id, Enum<?> codec) {
        if (codecs.put(id, codec) != codec) {
            formats.remove(id);
        }
        return formats.containsKey(id);
    }

    private void describe(List<StreamItem> made, int id, @Nullable TrackFormat format) {
        if (format == null
                || format.equals(formats.get(id))
                || (formats.size() >= MAX_TRACKS && !formats.containsKey(id))) {
            return;
        }
        formats.put(id, format);
        String kind = (id & 1) == 0 ? "video" : "audio";
        String name = id < 2 ? kind : kind + id / 2;
        made.add(new TrackInfo(new Track(id, name, format, Timebase.MILLIS, null)));
    }

    private void coded(
            List<StreamItem> made, StreamTap.Item item, int id, int composition, boolean sync, ByteBuffer data) {
        TrackFormat format = formats.get(id);
        if (format == null) {
            damaged++;
            return;
        }
        Codec codec = format.codec().codec();
        ByteBuffer framed = data;
        if (codec == Codec.AVC || codec == Codec.HEVC) {
            int lengthSize = lengthSizes.getOrDefault(id, NalUnits.LENGTH_SIZE);
            if (lengthSize != NalUnits.LENGTH_SIZE) {
                framed = NalUnits.toFourByteLengths(data, lengthSize);
            }
        }
        long dts = item.timestamp() & 0xFFFF_FFFFL;
        made.add(HeapSample.of(
                new SampleInfo(id, dts + composition, dts, 0, sync, wallClock.applyAsLong(item.arrivalNanos())),
                framed));
    }
}
