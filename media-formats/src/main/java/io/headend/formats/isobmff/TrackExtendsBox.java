package io.headend.formats.isobmff;

import java.nio.ByteBuffer;

/**
 * {@code trex} (ISO/IEC 14496-12, 8.8.3): what a fragment's samples are like where the fragment does not say.
 */
public record TrackExtendsBox(int trackId, int descriptionIndex, int duration, int sampleSize, int sampleFlags)
        implements FullBox {

    /** That of each {@link InitializationSegment}: fragments say everything themselves. */
    public static final TrackExtendsBox NOTHING = new TrackExtendsBox(InitializationSegment.TRACK_ID, 1, 0, 0, 0);

    public static TrackExtendsBox parse(ParsedBox box) {
        ByteBuffer in = box.body(20);
        return new TrackExtendsBox(in.getInt(), in.getInt(), in.getInt(), in.getInt(), in.getInt());
    }

    @Override
    public String type() {
        return "trex";
    }

    @Override
    public int bodySize() {
        return 20;
    }

    @Override
    public void writeBody(ByteBuffer out) {
        out.putInt(trackId)
                .putInt(descriptionIndex)
                .putInt(duration)
                .putInt(sampleSize)
                .putInt(sampleFlags);
    }
}
