package io.headend.formats.mpegts;

import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.core.MediaException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One stream of a program, as its table describes it.
 *
 * @param streamType see {@link StreamType}
 * @param pid 0 to 0x1FFF
 * @param descriptors what else is known
 */
public record ElementaryStream(int streamType, int pid, List<TsDescriptor> descriptors) {

    public ElementaryStream {
        if (streamType >>> 8 != 0 || pid < 0 || pid > TsPacket.NULL_PID) {
            throw new IllegalArgumentException("not a stream: type " + streamType + ", PID " + pid);
        }
        descriptors = List.copyOf(descriptors);
    }

    /**
     * Describes a stream that is going to be written.
     *
     * @param channels of sound; only Opus needs it
     * @param iso639 three letters, or {@code null} where the language is unknown
     * @throws MediaException {@code UNSUPPORTED} if this coding is not written into transport streams here
     */
    public static ElementaryStream of(int pid, Codec codec, int channels, @Nullable String iso639) {
        Stream<TsDescriptor> own = switch (codec) {
            case HEVC -> Stream.of(TsDescriptor.registration("HEVC"));
            case AC3 -> Stream.of(TsDescriptor.registration("AC-3"));
            case EAC3 -> Stream.of(TsDescriptor.registration("EAC3"));
            case OPUS -> Stream.of(TsDescriptor.registration("Opus"), TsDescriptor.opus(channels));
            case ID3 -> Stream.of(TsDescriptor.id3Metadata());
            case SCTE35 -> Stream.of(TsDescriptor.cueIdentifier());
            default -> Stream.of();
        };
        Stream<TsDescriptor> language = iso639 == null ? Stream.of() : Stream.of(TsDescriptor.language(iso639, 0));
        return new ElementaryStream(
                streamType(codec), pid, Stream.concat(own, language).toList());
    }

    private static int streamType(Codec codec) {
        return switch (codec) {
            case AVC -> StreamType.AVC;
            case HEVC -> StreamType.HEVC;
            case MPEG2_VIDEO -> StreamType.MPEG2_VIDEO;
            case AAC -> StreamType.AAC_ADTS;
            case MP2, MP3 -> StreamType.MPEG1_AUDIO;
            case AC3 -> StreamType.AC3;
            case EAC3 -> StreamType.ENHANCED_AC3;
            case OPUS -> StreamType.PRIVATE_PES;
            case ID3 -> StreamType.METADATA_PES;
            case SCTE35 -> StreamType.SCTE35;
            default ->
                throw MediaException.unsupported(codec + " is not carried in transport streams here; use CMAF for it");
        };
    }

    /** The coding by stream type and descriptors, without configuration. */
    public CodecConfig codec() {
        return switch (streamType) {
            case StreamType.MPEG1_VIDEO -> CodecConfig.of(Codec.OTHER_VIDEO, "mpeg1video");
            case StreamType.MPEG2_VIDEO -> CodecConfig.of(Codec.MPEG2_VIDEO, "mpeg2video");
            case StreamType.MPEG1_AUDIO, StreamType.MPEG2_AUDIO -> CodecConfig.of(Codec.MP2, "mp2");
            case StreamType.AAC_ADTS, StreamType.AAC_LATM -> CodecConfig.of(Codec.AAC, "aac");
            case StreamType.AVC -> CodecConfig.of(Codec.AVC, "h264");
            case StreamType.HEVC -> CodecConfig.of(Codec.HEVC, "hevc");
            case StreamType.VVC -> CodecConfig.of(Codec.OTHER_VIDEO, "vvc");
            case StreamType.AC3 -> CodecConfig.of(Codec.AC3, "ac3");
            case StreamType.ENHANCED_AC3 -> CodecConfig.of(Codec.EAC3, "eac3");
            case StreamType.DTS, StreamType.DTS_HD -> CodecConfig.of(Codec.OTHER_AUDIO, "dts");
            case StreamType.SCTE35 -> CodecConfig.of(Codec.SCTE35, "scte_35");
            case StreamType.HDMV_PGS -> CodecConfig.of(Codec.OTHER_TEXT, "hdmv_pgs_subtitle");
            case StreamType.METADATA_PES ->
                descriptors.stream().anyMatch(TsDescriptor::isId3)
                        ? CodecConfig.of(Codec.ID3, "timed_id3")
                        : CodecConfig.of(Codec.OTHER_DATA, "metadata");
            default -> described();
        };
    }

    private CodecConfig described() {
        for (TsDescriptor descriptor : descriptors) {
            CodecConfig codec = switch (descriptor.tag()) {
                case TsDescriptor.AC3 -> CodecConfig.of(Codec.AC3, "ac3");
                case TsDescriptor.ENHANCED_AC3 -> CodecConfig.of(Codec.EAC3, "eac3");
                case TsDescriptor.DTS -> CodecConfig.of(Codec.OTHER_AUDIO, "dts");
                case TsDescriptor.SUBTITLING -> CodecConfig.of(Codec.OTHER_TEXT, "dvb_subtitle");
                case TsDescriptor.TELETEXT -> CodecConfig.of(Codec.OTHER_TEXT, "dvb_teletext");
                case TsDescriptor.REGISTRATION -> registered(descriptor.registered());
                default -> null;
            };
            if (codec != null) {
                return codec;
            }
        }
        return CodecConfig.of(Codec.OTHER_DATA, "bin_data");
    }

    private static @Nullable CodecConfig registered(String identifier) {
        return switch (identifier) {
            case "AC-3" -> CodecConfig.of(Codec.AC3, "ac3");
            case "EAC3" -> CodecConfig.of(Codec.EAC3, "eac3");
            case "Opus" -> CodecConfig.of(Codec.OPUS, "opus");
            case "HEVC" -> CodecConfig.of(Codec.HEVC, "hevc");
            case "DTS1", "DTS2", "DTS3" -> CodecConfig.of(Codec.OTHER_AUDIO, "dts");
            case "ID3 " -> CodecConfig.of(Codec.ID3, "timed_id3");
            default -> null;
        };
    }

    /** Channels that the descriptor of Opus names, or 0. */
    public int opusChannels() {
        return descriptors.stream()
                .mapToInt(TsDescriptor::opusChannels)
                .filter(n -> n > 0)
                .findFirst()
                .orElse(0);
    }

    /** ISO 639-2 codes, without {@code und}, in order and once each. */
    public List<String> languages() {
        Set<String> codes = new LinkedHashSet<>();
        for (TsDescriptor descriptor : descriptors) {
            String code = descriptor.languageCode();
            if (!code.isEmpty() && !code.equals("und")) {
                codes.add(code);
            }
        }
        return List.copyOf(codes);
    }
}
