package io.headend.formats.h26x;

import io.headend.core.CodecString;
import io.headend.core.MediaException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The payload of an {@code hvcC} box (ISO/IEC 14496-15, 8.3.2.1): what an HEVC decoder must know before the first sample.
 * Immutable; equal where the bytes are equal.
 */
public final class HevcDecoderConfigurationRecord {

    private static final String NAME = "hvcC";
    private static final int HEAD_SIZE = 22;
    private static final int VPS = 32;
    private static final int PPS = 34;

    /** The record up to lengthSizeMinusOne. */
    private final ByteBuffer head;

    private final List<NalArray> arrays;
    private final @Nullable HevcSps sps;

    /**
     * The parameter sets of one type.
     *
     * @param type nal_unit_type: 32 video, 33 sequence, 34 picture parameter set, 39 or 40 declarative SEI
     * @param complete whether all of them stand here and none in the samples
     * @param units whole NAL units
     */
    record NalArray(int type, boolean complete, List<ByteBuffer> units) {}

    private HevcDecoderConfigurationRecord(ByteBuffer head, List<NalArray> arrays) {
        this.head = head;
        List<NalArray> owned = new ArrayList<>();
        for (NalArray array : arrays) {
            if (!array.units().isEmpty()) {
                List<ByteBuffer> units = ParameterSets.own(array.units(), 64, "An HEVC parameter set");
                owned.add(new NalArray(array.type(), array.complete(), units));
            }
        }
        this.arrays = List.copyOf(owned);
        List<ByteBuffer> found = parameterSets(HevcSps.NAL_TYPE);
        this.sps = found.isEmpty() ? null : HevcSps.parse(found.get(0));
    }

    /**
     * Reads the payload of an {@code hvcC} box.
     *
     * @param payload from position to limit; not moved. Bytes after the record are ignored.
     * @throws MediaException MALFORMED
     */
    public static HevcDecoderConfigurationRecord parse(ByteBuffer payload) {
        ByteBuffer in = payload.slice();
        // Version 0 was written before the specification was final; the layout is the same.
        if (in.remaining() < HEAD_SIZE + 1) {
            throw ParameterSets.cutOff(NAME);
        }
        int version = in.get(0) & 0xFF;
        if (version > 1) {
            throw MediaException.malformed("An hvcC record has version 1, not " + version + ".");
        }
        if ((in.get(HEAD_SIZE - 1) & 3) == 2) {
            throw MediaException.malformed("An hvcC record has NAL unit lengths of 1, 2 or 4 bytes, not 3.");
        }
        in.position(HEAD_SIZE);
        List<NalArray> arrays = new ArrayList<>();
        for (int left = in.get() & 0xFF; left > 0; left--) {
            int head = ParameterSets.u8(in, NAME);
            int count = ParameterSets.u16(in, NAME);
            arrays.add(new NalArray(head & 0x3F, (head & 0x80) != 0, ParameterSets.read(in, count, NAME)));
        }
        return new HevcDecoderConfigurationRecord(ParameterSets.copy(in.slice(0, HEAD_SIZE)), arrays);
    }

    /**
     * Makes the record for samples with 4-byte lengths, all parameter sets in the record.
     *
     * @param vps video parameter sets: whole NAL units of type 32
     * @param sps sequence parameter sets: whole NAL units of type 33
     * @param pps picture parameter sets: whole NAL units of type 34
     */
    public static HevcDecoderConfigurationRecord of(List<ByteBuffer> vps, List<ByteBuffer> sps, List<ByteBuffer> pps) {
        if (sps.isEmpty()) {
            throw ParameterSets.missing("HEVC sequence parameter set");
        }
        return new HevcDecoderConfigurationRecord(
                head(HevcSps.parse(sps.get(0))),
                List.of(
                        new NalArray(VPS, true, vps),
                        new NalArray(HevcSps.NAL_TYPE, true, sps),
                        new NalArray(PPS, true, pps)));
    }

    /**
     * Makes the record from the parameter sets of a byte stream: extradata of an encoder, or a key frame from MPEG-TS. Other
     * NAL units are skipped.
     *
     * @throws MediaException MALFORMED if there is no sequence or no picture parameter set
     */
    public static HevcDecoderConfigurationRecord ofAnnexB(ByteBuffer annexB) {
        return ofUnits(AnnexB.nalUnits(annexB));
    }

    /** Makes the record from the parameter sets inside a sample with 4-byte lengths; else as {@link #ofAnnexB}. */
    public static HevcDecoderConfigurationRecord ofSample(ByteBuffer sample) {
        return ofUnits(NalUnits.of(sample).remaining());
    }

    /** Reads extradata in either form: {@code hvcC} payload or Annex B byte stream. */
    public static HevcDecoderConfigurationRecord ofExtradata(ByteBuffer extradata) {
        return AnnexB.isAnnexB(extradata) ? ofAnnexB(extradata) : parse(extradata);
    }

    private static HevcDecoderConfigurationRecord ofUnits(List<ByteBuffer> nals) {
        List<ByteBuffer> pps = ofType(nals, PPS);
        if (pps.isEmpty()) {
            throw ParameterSets.missing("HEVC picture parameter set");
        }
        return of(ofType(nals, VPS), ofType(nals, HevcSps.NAL_TYPE), pps);
    }

    private static List<ByteBuffer> ofType(List<ByteBuffer> nals, int type) {
        return nals.stream()
                .filter(nal -> (nal.get(nal.position()) >> 1 & 0x3F) == type)
                .toList();
    }

    /** The box payload. */
    public ByteBuffer toByteBuffer() {
        int total = HEAD_SIZE + 1;
        for (NalArray array : arrays) {
            total += 3 + ParameterSets.bytes(array.units());
        }
        ByteBuffer out = ByteBuffer.allocate(total).put(head.duplicate());
        out.put((byte) arrays.size());
        for (NalArray array : arrays) {
            out.put((byte) ((array.complete() ? 0x80 : 0) | array.type()));
            out.putShort((short) array.units().size());
            ParameterSets.write(out, array.units());
        }
        return out.flip();
    }

    private static ByteBuffer head(HevcSps sps) {
        ProfileTierLevel ptl = sps.profileTierLevel();
        ByteBuffer out = ByteBuffer.allocate(HEAD_SIZE).put((byte) 1);
        out.put((byte) (ptl.space() << 6 | (ptl.highTier() ? 0x20 : 0) | ptl.profileIdc()));
        out.putInt(ptl.compatibility());
        out.putShort((short) (ptl.constraints() >> 32)).putInt((int) ptl.constraints());
        out.put((byte) ptl.levelIdc());
        out.putShort((short) (0xF000 | sps.minSpatialSegmentation()));
        // parallelismType 0: unknown.
        out.put((byte) 0xFC);
        out.put((byte) (0xFC | sps.chromaFormatIdc()));
        out.put((byte) (0xF8 | ((sps.bitDepthLuma() - 8) & 7)));
        out.put((byte) (0xF8 | ((sps.bitDepthChroma() - 8) & 7)));
        // avgFrameRate 0: unspecified.
        out.putShort((short) 0);
        out.put((byte) (sps.temporalLayers() << 3 | (sps.temporalIdNesting() ? 4 : 0) | 3));
        return out.flip();
    }

    /** Bytes of each NAL unit length in the samples: 1, 2 or 4. */
    public int lengthSize() {
        return (head.get(HEAD_SIZE - 1) & 3) + 1;
    }

    /** The same record for samples with 4-byte lengths. */
    public HevcDecoderConfigurationRecord withFourByteLengths() {
        ByteBuffer changed =
                ByteBuffer.allocate(HEAD_SIZE).put(head.duplicate()).flip();
        changed.put(HEAD_SIZE - 1, (byte) (head.get(HEAD_SIZE - 1) | 3));
        return new HevcDecoderConfigurationRecord(changed, arrays);
    }

    /**
     * The first sequence parameter set.
     *
     * @throws MediaException MALFORMED if there is none; then the samples carry the parameter sets ({@code hev1}) and {@link
     *     #ofSample} makes a full record from the first key frame
     */
    public HevcSps sps() {
        if (sps == null) {
            throw ParameterSets.missing("HEVC sequence parameter set");
        }
        return sps;
    }

    /** Profile, tier and level as the record tells them. */
    public ProfileTierLevel profileTierLevel() {
        int first = head.get(1) & 0xFF;
        long constraints = (long) (head.getShort(6) & 0xFFFF) << 32 | (head.getInt(8) & 0xFFFFFFFFL);
        return new ProfileTierLevel(
                first >> 6, (first & 0x20) != 0, first & 0x1F, head.getInt(2), constraints, head.get(12) & 0xFF);
    }

    /** All video parameter sets, whole NAL units. */
    public List<ByteBuffer> videoParameterSets() {
        return parameterSets(VPS);
    }

    /** All sequence parameter sets, whole NAL units; none where only the samples carry them. */
    public List<ByteBuffer> sequenceParameterSets() {
        return parameterSets(HevcSps.NAL_TYPE);
    }

    /** All picture parameter sets, whole NAL units. */
    public List<ByteBuffer> pictureParameterSets() {
        return parameterSets(PPS);
    }

    private List<ByteBuffer> parameterSets(int type) {
        return arrays.stream()
                .filter(array -> array.type() == type)
                .flatMap(array -> array.units().stream())
                .map(ByteBuffer::duplicate)
                .toList();
    }

    /** {@code hvc1.…}, for samples whose parameter sets stand in the sample entry only. */
    public CodecString codecString() {
        return codecString("hvc1");
    }

    /**
     * The entry of the codecs parameter (ISO/IEC 14496-15, Annex E.3).
     *
     * @param sampleEntry {@code hvc1} or {@code hev1}
     */
    public CodecString codecString(String sampleEntry) {
        ProfileTierLevel ptl = profileTierLevel();
        StringBuilder out = new StringBuilder(sampleEntry).append('.');
        if (ptl.space() > 0) {
            out.append((char) ('A' + ptl.space() - 1));
        }
        out.append(ptl.profileIdc()).append('.');
        out.append(Integer.toHexString(Integer.reverse(ptl.compatibility())).toUpperCase(Locale.ROOT));
        out.append('.').append(ptl.highTier() ? 'H' : 'L').append(ptl.levelIdc());
        for (long rest = ptl.constraints() << 16; rest != 0; rest <<= 8) {
            out.append('.').append(Integer.toHexString((int) (rest >>> 56)).toUpperCase(Locale.ROOT));
        }
        return new CodecString(out.toString());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HevcDecoderConfigurationRecord that
                && toByteBuffer().equals(that.toByteBuffer());
    }

    @Override
    public int hashCode() {
        return toByteBuffer().hashCode();
    }

    @Override
    public String toString() {
        return "HevcDecoderConfigurationRecord[" + codecString() + ", " + sps + "]";
    }
}
