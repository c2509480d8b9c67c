package io.headend.formats.isobmff;

import io.headend.core.AudioFormat;
import io.headend.core.ContentProtection;
import io.headend.core.MediaException;
import io.headend.core.TextFormat;
import io.headend.core.TrackFormat;
import io.headend.core.VideoFormat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A sample entry of {@code stsd} (ISO/IEC 14496-12, 8.5.2): {@code avc1 avc3 hvc1 hev1 av01 vp09 mp4a ac-3 ec-3 Opus fLaC wvtt stpp}, or
 * {@code encv}/{@code enca} around one of them.
 */
public final class SampleEntry implements Box {

    private final String type;
    private final ByteBuffer fields;
    private final List<Box> children;

    private SampleEntry(String type, ByteBuffer fields, List<Box> children) {
        this.type = type;
        this.fields = fields;
        this.children = List.copyOf(children);
    }

    /**
     * The entry of a format in the clear.
     *
     * @throws MediaException {@code UNSUPPORTED} if the coding has no entry here, {@code MALFORMED} if its
     *     configuration record is missing or broken
     */
    public static SampleEntry of(TrackFormat format) {
        if (format instanceof VideoFormat video) {
            return new SampleEntry(VideoEntries.type(video), VideoEntries.fields(video), VideoEntries.children(video));
        }
        if (format instanceof AudioFormat audio) {
            return new SampleEntry(AudioEntries.type(audio), AudioEntries.fields(audio), AudioEntries.children(audio));
        }
        if (format instanceof TextFormat text) {
            return new SampleEntry(TextEntries.type(text), TextEntries.fields(text), TextEntries.children(text));
        }
        throw MediaException.unsupported(
                "there is no sample entry for " + format.codec().name());
    }

    /** The same entry for samples that are encrypted (ISO/IEC 14496-12, 8.12). */
    public SampleEntry protectedBy(ContentProtection protection) {
        ByteBuffer schm = ByteBuffer.allocate(8);
        FourCc.put(schm, protection.scheme().fourcc());
        schm.putInt(0x0001_0000).flip();
        ByteBuffer frma = ByteBuffer.allocate(4);
        FourCc.put(frma, type);
        List<Box> more = new ArrayList<>(children);
        more.add(ContainerBox.of(
                "sinf",
                new OpaqueBox("frma", frma.flip()),
                OpaqueBox.full("schm", 0, 0, schm),
                ContainerBox.of("schi", TrackEncryptionBox.of(protection))));
        return new SampleEntry(fields.remaining() == VideoEntries.FIELDS ? "encv" : "enca", fields, more);
    }

    @Override
    public String type() {
        return type;
    }

    @Override
    public int payloadSize() {
        return fields.remaining() + Box.sizeOf(children);
    }

    @Override
    public void writePayload(ByteBuffer out) {
        out.put(fields.duplicate());
        children.forEach(child -> child.writeTo(out));
    }
}
