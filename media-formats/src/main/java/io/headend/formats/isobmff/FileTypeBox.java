package io.headend.formats.isobmff;

import io.headend.core.MediaException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code ftyp} or {@code styp} (ISO/IEC 14496-12, 4.3 and 8.16.2).
 *
 * @param type {@code ftyp} at the beginning of an initialisation segment, {@code styp} of a media segment
 */
public record FileTypeBox(String type, String majorBrand, int minorVersion, List<String> compatibleBrands)
        implements Box {

    public FileTypeBox {
        FourCc.require(majorBrand);
        compatibleBrands.forEach(FourCc::require);
        compatibleBrands = List.copyOf(compatibleBrands);
    }

    public static FileTypeBox file(String majorBrand, String... compatibleBrands) {
        return new FileTypeBox("ftyp", majorBrand, 0, List.of(compatibleBrands));
    }

    public static FileTypeBox segment(String majorBrand, String... compatibleBrands) {
        return new FileTypeBox("styp", majorBrand, 0, List.of(compatibleBrands));
    }

    /** @throws MediaException {@code MALFORMED} if the payload is cut short */
    public static FileTypeBox parse(ParsedBox box) {
        ByteBuffer in = box.payload();
        box.require(in.remaining() >= 8 && in.remaining() % 4 == 0);
        String major = FourCc.get(in);
        int minor = in.getInt();
        List<String> brands = new ArrayList<>(in.remaining() / 4);
        while (in.hasRemaining()) {
            brands.add(FourCc.get(in));
        }
        return new FileTypeBox(box.type(), major, minor, brands);
    }

    @Override
    public int payloadSize() {
        return 8 + 4 * compatibleBrands.size();
    }

    @Override
    public void writePayload(ByteBuffer out) {
        FourCc.put(out, majorBrand);
        out.putInt(minorVersion);
        compatibleBrands.forEach(brand -> FourCc.put(out, brand));
    }
}
