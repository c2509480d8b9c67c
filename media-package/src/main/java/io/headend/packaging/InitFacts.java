package io.headend.packaging;

import io.headend.core.MediaException;
import io.headend.core.VideoFormat;
import io.headend.formats.isobmff.BoxReader;
import io.headend.formats.isobmff.FileTypeBox;
import io.headend.formats.isobmff.Movie;
import io.headend.formats.isobmff.MovieTrack;
import io.headend.formats.isobmff.ParsedBox;
import io.headend.formats.isobmff.TrackEncryptionBox;
import io.headend.packaging.SegmentFacts.Finding;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an initialisation segment says.
 *
 * @param track the first track
 * @param entry type of its sample entry, the one in the clear where it is protected
 * @param description bytes of its sample entry, without key: equal where the coding is
 * @param channels of sound, 0 of anything else
 * @param transfer TransferCharacteristics of H.273, 2 where not said
 * @param findings rule and sentence of what is wrong
 */
record InitFacts(
        MovieTrack track, String entry, ByteBuffer description, int channels, int transfer, List<Finding> findings) {

    static InitFacts of(ByteBuffer bytes) {
        List<Finding> findings = new ArrayList<>();
        List<ParsedBox> boxes = BoxReader.read(bytes);
        ParsedBox moov = boxes.stream()
                .filter(box -> box.type().equals("moov"))
                .findFirst()
                .orElseThrow(() -> MediaException.malformed("an initialisation segment without moov"));
        brands(boxes, findings);
        List<ParsedBox> traks = moov.all("trak");
        if (traks.size() != 1) {
            findings.add(
                    new Finding("cmaf.track", "an initialisation segment of CMAF has one track, not " + traks.size()));
        }
        long sounds = traks.stream()
                .map(trak -> trak.find("mdia/minf/smhd"))
                .filter(Optional::isPresent)
                .count();
        if (sounds > 1) {
            findings.add(new Finding("2.17", "segments carry " + sounds + " audio streams"));
        }
        if (!traks.isEmpty() && traks.get(0).find("edts/elst").isPresent()) {
            findings.add(new Finding("cmaf.edits", "there is an edit list"));
        }
        Movie movie = Movie.parse(moov);
        if (movie.tracks().isEmpty()) {
            throw MediaException.malformed("no track can be read: " + String.join("; ", movie.skipped()));
        }
        ParsedBox entry = traks.get(0)
                .find("mdia/minf/stbl/stsd")
                .map(stsd -> stsd.children().get(0))
                .orElseThrow(() -> MediaException.malformed("there is no sample entry"));
        protection(entry, findings);
        ByteBuffer fields = entry.payload();
        boolean sound = traks.get(0).find("mdia/minf/smhd").isPresent() && fields.remaining() >= 18;
        MovieTrack track = movie.tracks().get(0);
        int transfer = track.track().format() instanceof VideoFormat video
                ? video.color().transfer()
                : 2;
        ByteBuffer coding = withoutKey(entry);
        return new InitFacts(
                track, clearType(entry), coding, sound ? fields.getShort(16) : 0, transfer, List.copyOf(findings));
    }

    private static void brands(List<ParsedBox> boxes, List<Finding> findings) {
        boolean cmaf = !boxes.isEmpty()
                && boxes.get(0).type().equals("ftyp")
                && FileTypeBox.parse(boxes.get(0)).compatibleBrands().stream()
                        .anyMatch(brand -> brand.startsWith("cmf"));
        if (!cmaf) {
            findings.add(new Finding("cmaf.brands", "ftyp names no CMAF brand"));
        }
    }

    private static void protection(ParsedBox entry, List<Finding> findings) {
        Optional<ParsedBox> schm = entry.find("sinf/schm");
        Optional<ParsedBox> tenc = entry.find("sinf/schi/tenc");
        if (schm.isEmpty() || tenc.isEmpty() || !entry.type().equals("encv")) {
            return;
        }
        ByteBuffer scheme = schm.get().payload();
        boolean cbcs = scheme.remaining() >= 8 && scheme.getInt(4) == 0x6362_6373;
        TrackEncryptionBox box = TrackEncryptionBox.parse(tenc.get());
        if (cbcs && (box.pattern().crypt() != 1 || box.pattern().skip() != 9)) {
            findings.add(new Finding(
                    "13.7",
                    "video is protected with the pattern " + box.pattern().crypt() + ":"
                            + box.pattern().skip() + " instead of 1:9"));
        }
    }

    private static ByteBuffer withoutKey(ParsedBox entry) {
        ByteBuffer bytes = ByteBuffer.allocate(entry.payload().remaining())
                .put(entry.payload())
                .flip();
        entry.find("sinf/schi/tenc").ifPresent(tenc -> {
            int from = (int) (tenc.offset() - entry.offset()) + tenc.headerSize() - entry.headerSize();
            bytes.put(from, new byte[tenc.payload().remaining()]);
        });
        return bytes;
    }

    private static String clearType(ParsedBox entry) {
        Optional<ParsedBox> frma = entry.find("sinf/frma");
        return frma.filter(box -> box.payload().remaining() >= 4)
                .map(box -> StandardCharsets.ISO_8859_1.decode(box.payload()).toString())
                .orElse(entry.type());
    }

    boolean isVideo() {
        return switch (entry) {
            case "avc1", "avc3", "hvc1", "hev1", "av01", "vp09", "dvh1", "dvhe" -> true;
            default -> false;
        };
    }

    boolean isSound() {
        return channels > 0;
    }

    boolean isHevc() {
        return entry.startsWith("h") || entry.startsWith("dvh");
    }
}
