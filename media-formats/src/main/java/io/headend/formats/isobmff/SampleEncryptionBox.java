package io.headend.formats.isobmff;

import io.headend.core.MediaException;
import io.headend.core.SampleProtector.Encryption;
import io.headend.core.SampleProtector.Range;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code senc} (ISO/IEC 23001-7, 7.2).
 *
 * @param samples one entry per sample of the fragment
 */
public record SampleEncryptionBox(List<Encryption> samples) implements FullBox {

    private static final int SUBSAMPLES = 2;

    public SampleEncryptionBox {
        samples = List.copyOf(samples);
        for (Encryption sample : samples) {
            if (entrySize(sample, true) > 255) {
                throw MediaException.unsupported("a sample has "
                        + sample.ranges().size() + " sub-samples, more than saiz can tell; merge adjacent ranges");
            }
        }
    }

    /**
     * @param ivSize bytes of the per-sample initialisation vector, from {@code tenc}
     * @throws MediaException {@code MALFORMED} if the box is cut short
     */
    public static SampleEncryptionBox parse(ParsedBox box, int ivSize) {
        boolean subsamples = (box.flags() & SUBSAMPLES) != 0;
        ByteBuffer in = box.body(4);
        int count = in.getInt();
        int least = ivSize + (subsamples ? 2 : 0);
        box.require(count >= 0 && count <= TrackFragment.MAX_SAMPLES && (long) count * least <= in.remaining());
        List<Encryption> samples = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            box.require(in.remaining() >= least);
            ByteBuffer iv = in.slice(in.position(), ivSize);
            in.position(in.position() + ivSize);
            List<Range> ranges = new ArrayList<>();
            int entries = subsamples ? in.getShort() & 0xFFFF : 0;
            box.require(in.remaining() >= entries * 6);
            for (int r = 0; r < entries; r++) {
                ranges.add(new Range(in.getShort() & 0xFFFF, in.getInt()));
            }
            samples.add(new Encryption(iv, List.copyOf(ranges)));
        }
        return new SampleEncryptionBox(samples);
    }

    /** Whether a decryptor learns anything from the box: not with a constant vector and whole samples. */
    boolean saysAnything() {
        return samples.stream()
                .anyMatch(s -> s.iv().hasRemaining() || !s.ranges().isEmpty());
    }

    private boolean hasSubsamples() {
        return samples.stream().anyMatch(s -> !s.ranges().isEmpty());
    }

    /** Bytes of each sample's entry, or 0 where they differ. */
    int commonEntrySize() {
        boolean subsamples = hasSubsamples();
        int common = samples.isEmpty() ? 0 : entrySize(samples.get(0), subsamples);
        return samples.stream().allMatch(s -> entrySize(s, subsamples) == common) ? common : 0;
    }

    int entrySize(Encryption sample) {
        return entrySize(sample, hasSubsamples());
    }

    private static int entrySize(Encryption sample, boolean subsamples) {
        return sample.iv().remaining() + (subsamples ? 2 + 6 * sample.ranges().size() : 0);
    }

    @Override
    public String type() {
        return "senc";
    }

    @Override
    public int flags() {
        return hasSubsamples() ? SUBSAMPLES : 0;
    }

    @Override
    public int bodySize() {
        boolean subsamples = hasSubsamples();
        return 4 + samples.stream().mapToInt(s -> entrySize(s, subsamples)).sum();
    }

    @Override
    public void writeBody(ByteBuffer out) {
        boolean subsamples = hasSubsamples();
        out.putInt(samples.size());
        for (Encryption sample : samples) {
            out.put(sample.iv().duplicate());
            if (subsamples) {
                out.putShort((short) sample.ranges().size());
                for (Range range : sample.ranges()) {
                    out.putShort((short) range.clearBytes()).putInt(range.protectedBytes());
                }
            }
        }
    }
}
