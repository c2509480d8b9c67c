package io.headend.formats.h26x;

import io.headend.core.CodecString;
import io.headend.core.MediaException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The payload of an {@code avcC} box (ISO/IEC 14496-15, 5.3.3.1): what an AVC decoder must know before the first sample.
 * Immutable; equal where the bytes are equal.
 */
public final class AvcDecoderConfigurationRecord {

    private static final String NAME = "avcC";
    private static final int PPS = 8;
    private static final int SPS_EXTENSION = 13;

    private final int profileAndLevel;
    private final int lengthSize;
    private final List<ByteBuffer> sequenceParameterSets;
    private final List<ByteBuffer> pictureParameterSets;
    private final List<ByteBuffer> sequenceParameterSetExtensions;
    private final @Nullable AvcSps sps;

    private AvcDecoderConfigurationRecord(
            int profileAndLevel,
            int lengthSize,
            List<ByteBuffer> sps,
            List<ByteBuffer> pps,
            List<ByteBuffer> extensions) {
        this.profileAndLevel = profileAndLevel;
        this.lengthSize = lengthSize;
        this.sequenceParameterSets = ParameterSets.own(sps, 31, "An AVC sequence parameter set");
        this.pictureParameterSets = ParameterSets.own(pps, 255, "An AVC picture parameter set");
        this.sequenceParameterSetExtensions = ParameterSets.own(extensions, 255, "An AVC parameter set extension");
        this.sps = sequenceParameterSets.isEmpty() ? null : AvcSps.parse(sequenceParameterSets.get(0));
    }

    /**
     * Reads the payload of an {@code avcC} box.
     *
     * @param payload from position to limit; not moved. Bytes after the record are ignored.
     * @throws MediaException MALFORMED
     */
    public static AvcDecoderConfigurationRecord parse(ByteBuffer payload) {
        ByteBuffer in = payload.slice();
        if (in.remaining() < 7) {
            throw ParameterSets.cutOff(NAME);
        }
        int head = in.getInt();
        if (head >>> 24 != 1) {
            throw MediaException.malformed("An avcC record has version 1, not " + (head >>> 24) + ".");
        }
        int lengthSize = (in.get() & 3) + 1;
        if (lengthSize == 3) {
            throw MediaException.malformed("An avcC record has NAL unit lengths of 1, 2 or 4 bytes, not 3.");
        }
        List<ByteBuffer> sps = ParameterSets.read(in, ParameterSets.u8(in, NAME) & 31, NAME);
        List<ByteBuffer> pps = ParameterSets.read(in, ParameterSets.u8(in, NAME), NAME);
        // Old writers leave the part for the High profiles out.
        List<ByteBuffer> extensions = List.of();
        if (!sps.isEmpty() && hasExtension(sps.get(0)) && in.remaining() >= 4) {
            in.position(in.position() + 3);
            extensions = ParameterSets.read(in, in.get() & 0xFF, NAME);
        }
        return new AvcDecoderConfigurationRecord(head & 0xFFFFFF, lengthSize, sps, pps, extensions);
    }

    /**
     * Makes the record for samples with 4-byte lengths.
     *
     * @param sps sequence parameter sets: whole NAL units of type 7
     * @param pps picture parameter sets: whole NAL units of type 8
     */
    public static AvcDecoderConfigurationRecord of(List<ByteBuffer> sps, List<ByteBuffer> pps) {
        return of(sps, pps, List.of());
    }

    /**
     * Makes the record from the parameter sets of a byte stream: extradata of an encoder, or a key frame from MPEG-TS. Other
     * NAL units are skipped.
     *
     * @throws MediaException MALFORMED if there is no sequence or no picture parameter set
     */
    public static AvcDecoderConfigurationRecord ofAnnexB(ByteBuffer annexB) {
        return ofUnits(AnnexB.nalUnits(annexB));
    }

    /** Makes the record from the parameter sets inside a sample with 4-byte lengths; else as {@link #ofAnnexB}. */
    public static AvcDecoderConfigurationRecord ofSample(ByteBuffer sample) {
        return ofUnits(NalUnits.of(sample).remaining());
    }

    /** Reads extradata in either form: {@code avcC} payload or Annex B byte stream. */
    public static AvcDecoderConfigurationRecord ofExtradata(ByteBuffer extradata) {
        return AnnexB.isAnnexB(extradata) ? ofAnnexB(extradata) : parse(extradata);
    }

    private static AvcDecoderConfigurationRecord ofUnits(List<ByteBuffer> nals) {
        List<ByteBuffer> pps = ofType(nals, PPS);
        if (pps.isEmpty()) {
            throw ParameterSets.missing("AVC picture parameter set");
        }
        return of(ofType(nals, AvcSps.NAL_TYPE), pps, ofType(nals, SPS_EXTENSION));
    }

    private static AvcDecoderConfigurationRecord of(
            List<ByteBuffer> sps, List<ByteBuffer> pps, List<ByteBuffer> extensions) {
        if (sps.isEmpty()) {
            throw ParameterSets.missing("AVC sequence parameter set");
        }
        ByteBuffer first = sps.get(0);
        if (first.remaining() < 4) {
            throw ParameterSets.cutOff("AVC sequence parameter set");
        }
        int head = first.getInt(first.position()) & 0xFFFFFF;
        return new AvcDecoderConfigurationRecord(head, NalUnits.LENGTH_SIZE, sps, pps, extensions);
    }

    private static List<ByteBuffer> ofType(List<ByteBuffer> nals, int type) {
        return nals.stream()
                .filter(nal -> (nal.get(nal.position()) & 0x1F) == type)
                .toList();
    }

    private static boolean hasExtension(ByteBuffer sps) {
        int profile = sps.remaining() < 2 ? 0 : sps.get(sps.position() + 1) & 0xFF;
        return profile != 66 && profile != 77 && profile != 88;
    }

    /** The box payload. */
    public ByteBuffer toByteBuffer() {
        boolean extended = sps != null && hasExtension(sequenceParameterSets.get(0));
        ByteBuffer out = ByteBuffer.allocate(7
                + ParameterSets.bytes(sequenceParameterSets)
                + ParameterSets.bytes(pictureParameterSets)
                + (extended ? 4 + ParameterSets.bytes(sequenceParameterSetExtensions) : 0));
        out.putInt(1 << 24 | profileAndLevel);
        out.put((byte) (0xFC | lengthSize - 1));
        out.put((byte) (0xE0 | sequenceParameterSets.size()));
        ParameterSets.write(out, sequenceParameterSets);
        out.put((byte) pictureParameterSets.size());
        ParameterSets.write(out, pictureParameterSets);
        if (sps != null && extended) {
            out.put((byte) (0xFC | sps.chromaFormatIdc()));
            out.put((byte) (0xF8 | sps.bitDepthLuma() - 8));
            out.put((byte) (0xF8 | sps.bitDepthChroma() - 8));
            out.put((byte) sequenceParameterSetExtensions.size());
            ParameterSets.write(out, sequenceParameterSetExtensions);
        }
        return out.flip();
    }

    /** Bytes of each NAL unit length in the samples: 1, 2 or 4. */
    public int lengthSize() {
        return lengthSize;
    }

    /** The same record for samples with 4-byte lengths. */
    public AvcDecoderConfigurationRecord withFourByteLengths() {
        return lengthSize == NalUnits.LENGTH_SIZE
                ? this
                : new AvcDecoderConfigurationRecord(
                        profileAndLevel,
                        NalUnits.LENGTH_SIZE,
                        sequenceParameterSets,
                        pictureParameterSets,
                        sequenceParameterSetExtensions);
    }

    /**
     * The first sequence parameter set.
     *
     * @throws MediaException MALFORMED if there is none; then the samples carry the parameter sets ({@code avc3}) and {@link
     *     #ofSample} makes a full record from the first key frame
     */
    public AvcSps sps() {
        if (sps == null) {
            throw ParameterSets.missing("AVC sequence parameter set");
        }
        return sps;
    }

    /** All sequence parameter sets, whole NAL units; none where only the samples carry them. */
    public List<ByteBuffer> sequenceParameterSets() {
        return ParameterSets.views(sequenceParameterSets);
    }

    /** All picture parameter sets, whole NAL units. */
    public List<ByteBuffer> pictureParameterSets() {
        return ParameterSets.views(pictureParameterSets);
    }

    /** {@code avc1.PPCCLL}, for samples whose parameter sets stand in the sample entry only. */
    public CodecString codecString() {
        return codecString("avc1");
    }

    /**
     * The entry of the codecs parameter (RFC 6381, 3.3; ISO/IEC 14496-15, Annex E).
     *
     * @param sampleEntry {@code avc1} or {@code avc3}
     */
    public CodecString codecString(String sampleEntry) {
        return new CodecString(String.format(Locale.ROOT, "%s.%06X", sampleEntry, profileAndLevel));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AvcDecoderConfigurationRecord that
                && toByteBuffer().equals(that.toByteBuffer());
    }

    @Override
    public int hashCode() {
        return toByteBuffer().hashCode();
    }

    @Override
    public String toString() {
        return "AvcDecoderConfigurationRecord[" + codecString() + ", " + sps + "]";
    }
}
