package io.headend.ingest.rtmp;

import io.headend.core.AudioFormat;
import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.core.ColorInfo;
import io.headend.core.MediaException;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.core.VideoFormat;
import io.headend.formats.aac.AudioSpecificConfig;
import io.headend.formats.amf.AmfValue;
import io.headend.formats.flv.AudioCodec;
import io.headend.formats.flv.VideoCodec;
import io.headend.formats.h26x.AvcDecoderConfigurationRecord;
import io.headend.formats.h26x.HevcDecoderConfigurationRecord;
import io.headend.formats.h26x.Sps;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** From the sequence headers of FLV and Enhanced RTMP to track formats; {@code null} where there is too little to know one. */
final class FlvFormats {

    private static final int[] FLV_RATES = {5_512, 11_025, 22_050, 44_100};
    private static final int STREAM_INFO = 34;

    /** Some encoders write the ticks of their clock where the rate of pictures belongs. */
    private static final int MAX_RATE = 300;

    private FlvFormats() {}

    /** Length fields of the samples of AVC and HEVC, else 4. */
    static int lengthSize(VideoCodec codec, ByteBuffer record) {
        return switch (codec) {
            case AVC -> AvcDecoderConfigurationRecord.parse(record).lengthSize();
            case HEVC -> HevcDecoderConfigurationRecord.parse(record).lengthSize();
            default -> 4;
        };
    }

    static VideoFormat video(VideoCodec codec, ByteBuffer record, AmfValue.Obj metadata) {
        return switch (codec) {
            case AVC -> {
                AvcDecoderConfigurationRecord avcC =
                        AvcDecoderConfigurationRecord.parse(record).withFourByteLengths();
                yield of(new CodecConfig(Codec.AVC, "h264", avcC.toByteBuffer()), avcC.sps(), metadata);
            }
            case HEVC -> {
                HevcDecoderConfigurationRecord hvcC =
                        HevcDecoderConfigurationRecord.parse(record).withFourByteLengths();
                yield of(new CodecConfig(Codec.HEVC, "hevc", hvcC.toByteBuffer()), hvcC.sps(), metadata);
            }
            case AV1 -> of(new CodecConfig(Codec.AV1, "av1", record), metadata);
            case VP9 -> of(new CodecConfig(Codec.VP9, "vp9", vpcC(record)), metadata);
            case VP8 -> of(new CodecConfig(Codec.VP8, "vp8", vpcC(record)), metadata);
            default -> of(new CodecConfig(Codec.OTHER_VIDEO, name(codec), record), metadata);
        };
    }

    static @Nullable VideoFormat videoWithoutRecord(VideoCodec codec, AmfValue.Obj metadata) {
        return switch (codec) {
            case AVC, HEVC, VVC, AV1 -> null;
            case VP9 -> of(CodecConfig.of(Codec.VP9, "vp9"), metadata);
            case VP8 -> of(CodecConfig.of(Codec.VP8, "vp8"), metadata);
            default -> of(CodecConfig.of(Codec.OTHER_VIDEO, name(codec)), metadata);
        };
    }

    private static String name(VideoCodec codec) {
        return switch (codec) {
            case SORENSON_H263 -> "flv1";
            case SCREEN_VIDEO -> "flashsv";
            case SCREEN_VIDEO_2 -> "flashsv2";
            case VP6 -> "vp6f";
            case VP6_ALPHA -> "vp6a";
            default -> "vvc";
        };
    }

    private static VideoFormat of(CodecConfig config, Sps sps, AmfValue.Obj metadata) {
        Rational rate = sps.frameRate();
        if (rate == null || rate.num() < 1 || rate.num() / rate.den() > MAX_RATE) {
            rate = frameRate(metadata.number("framerate", 0));
        }
        return new VideoFormat(config, sps.size(), sps.sampleAspectRatio(), rate, "", sps.color());
    }

    /** A rate as metadata say it, such as 29.97; {@code null} if pictures cannot have it. Only a stream's times would tell then. */
    static @Nullable Rational frameRate(double said) {
        if (!(said >= 1 && said <= MAX_RATE)) {
            return null;
        }
        int whole = (int) Math.ceil(said - 0.001);
        boolean ntsc = Math.abs(1.001 * said - whole) < 0.0002 * whole;
        return ntsc ? Rational.of(whole * 1000, 1001) : Rational.of((int) Math.round(said * 1000), 1000);
    }

    private static VideoFormat of(CodecConfig config, AmfValue.Obj metadata) {
        PictureSize size = new PictureSize(dimension(metadata, "width"), dimension(metadata, "height"));
        return new VideoFormat(config, size, Rational.ONE, null, "", ColorInfo.UNSPECIFIED);
    }

    private static int dimension(AmfValue.Obj metadata, String name) {
        double value = metadata.number(name, 0);
        return value >= 1 && value <= 16_384 ? (int) value : 16;
    }

    /** Enhanced RTMP leaves out version and flags, which the record has everywhere else. */
    private static ByteBuffer vpcC(ByteBuffer record) {
        if (record.remaining() < 8 || (record.remaining() >= 12 && record.getInt(record.position()) == 0x0100_0000)) {
            return record;
        }
        return ByteBuffer.allocate(4 + record.remaining())
                .putInt(0x0100_0000)
                .put(record.duplicate())
                .flip();
    }

    static @Nullable AudioFormat audio(AudioCodec codec, ByteBuffer record, AmfValue.Obj metadata) {
        return switch (codec) {
            case AAC -> aac(record);
            case OPUS -> opus(record);
            case FLAC -> flac(record);
            default -> null;
        };
    }

    private static AudioFormat aac(ByteBuffer record) {
        AudioSpecificConfig config = AudioSpecificConfig.parse(record);
        int channels = config.channelConfiguration() == 7 ? 8 : Math.max(1, config.channelConfiguration());
        if (config.parametricStereo()) {
            channels = 2;
        }
        return AudioFormat.of(new CodecConfig(Codec.AAC, "aac", record), config.outputRate(), channels);
    }

    /** {@code OpusHead} of RFC 7845, 5.1. */
    private static AudioFormat opus(ByteBuffer record) {
        ByteBuffer head = record.slice().order(ByteOrder.LITTLE_ENDIAN);
        if (head.remaining() < 19) {
            throw MediaException.malformed("an Opus sequence header has 19 bytes or more, not " + head.remaining());
        }
        CodecConfig config = new CodecConfig(Codec.OPUS, "opus", record);
        return new AudioFormat(config, 48_000, Math.max(1, head.get(9) & 0x3F), head.getShort(10) & 0xFFFF);
    }

    /** {@code fLaC}, a block header, STREAMINFO; some leave out what comes before STREAMINFO. */
    private static AudioFormat flac(ByteBuffer record) {
        int skip = record.remaining() >= STREAM_INFO + 8 ? 8 : 0;
        if (record.remaining() < skip + STREAM_INFO) {
            throw MediaException.malformed("a FLAC sequence header of " + record.remaining() + " bytes is cut short");
        }
        ByteBuffer info = record.slice(record.position() + skip, STREAM_INFO);
        long bits = info.getLong(10);
        int rate = (int) (bits >>> 44);
        int channels = (int) (bits >>> 41 & 7) + 1;
        return AudioFormat.of(new CodecConfig(Codec.FLAC, "flac", info), rate, channels);
    }

    static @Nullable AudioFormat audioWithoutRecord(
            AudioCodec codec, int flags, ByteBuffer frame, AmfValue.Obj metadata) {
        return switch (codec) {
            case AAC, OPUS, FLAC -> null;
            case AC3, EAC3 -> DolbySyncFrame.format(codec == AudioCodec.EAC3, frame);
            case MP3 -> plain(Codec.MP3, "mp3", (int) metadata.number("audiosamplerate", FLV_RATES[flags >> 2]), flags);
            case MP3_8K -> plain(Codec.MP3, "mp3", 8_000, flags);
            case G711_A -> plain(Codec.OTHER_AUDIO, "pcm_alaw", 8_000, flags);
            case G711_MU -> plain(Codec.OTHER_AUDIO, "pcm_mulaw", 8_000, flags);
            case PCM_LITTLE_ENDIAN -> plain(Codec.PCM_S16LE, "pcm_s16le", FLV_RATES[flags >> 2], flags);
            case SPEEX -> plain(Codec.OTHER_AUDIO, "speex", 16_000, 0);
            case NELLYMOSER_16K -> plain(Codec.OTHER_AUDIO, "nellymoser", 16_000, 0);
            case NELLYMOSER_8K -> plain(Codec.OTHER_AUDIO, "nellymoser", 8_000, 0);
            case NELLYMOSER -> plain(Codec.OTHER_AUDIO, "nellymoser", FLV_RATES[flags >> 2], flags);
            case ADPCM -> plain(Codec.OTHER_AUDIO, "adpcm_swf", FLV_RATES[flags >> 2], flags);
            default -> null;
        };
    }

    private static AudioFormat plain(Codec codec, String name, int rate, int flags) {
        return AudioFormat.of(CodecConfig.of(codec, name), Math.max(1, rate), (flags & 1) + 1);
    }
}
