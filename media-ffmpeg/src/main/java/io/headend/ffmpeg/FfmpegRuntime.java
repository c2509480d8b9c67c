package io.headend.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.av_codec_is_encoder;
import static org.bytedeco.ffmpeg.global.avcodec.av_codec_iterate;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_descriptor_get_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder_by_name;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.ffmpeg.internal.NativeAccess;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecDescriptor;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avfilter;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * FFmpeg's native libraries as this process has them: version, licence, codecs.
 *
 * <p>The natives are not a dependency of this module. A host adds the ones for its platform and licence, on Linux
 * {@code org.bytedeco:javacpp:1.5.13:linux-x86_64} and {@code org.bytedeco:ffmpeg:8.0.1-1.5.13:linux-x86_64} (LGPL) or
 * {@code :linux-x86_64-gpl} (GPL, with x264 and x265).
 *
 * <p>Loading sets the system property {@code org.bytedeco.javacpp.maxPhysicalBytes} to 0 unless it is set: JavaCPP's own
 * default refuses native memory in a process whose resident size exceeds four times the Java heap, which an encoder does in
 * good health. If JavaCPP was loaded before with another limit, one warning is logged.
 *
 * <p><b>Threading:</b> safe for use by any thread; the first call loads the libraries.
 */
public final class FfmpegRuntime {

    private static final Logger log = LoggerFactory.getLogger(FfmpegRuntime.class);
    private static final String LIMIT = "org.bytedeco.javacpp.maxPhysicalBytes";
    private static final String VERSIONS = "8.0.1-1.5.13";
    private static final String JAVACPP_VERSION = "1.5.13";

    private final String version;
    private final String licence;
    private final List<String> encoders;
    private final List<String> decoders;

    private FfmpegRuntime(String version, String licence, List<String> encoders, List<String> decoders) {
        this.version = version;
        this.licence = licence;
        this.encoders = encoders;
        this.decoders = decoders;
    }

    // Class initialisation gives exactly one attempt per process, without a lock of ours.
    private static final class Attempt {
        static final Object RESULT = load();
    }

    /**
     * The loaded runtime.
     *
     * @throws MediaException {@code NATIVES_MISSING}; the message names the Maven artifacts to add
     */
    public static FfmpegRuntime get() {
        if (Attempt.RESULT instanceof FfmpegRuntime runtime) {
            return runtime;
        }
        Throwable cause = (Throwable) Attempt.RESULT;
        String platform = Loader.getPlatform();
        throw new MediaException(
                MediaErrorCode.NATIVES_MISSING,
                "FFmpeg's native libraries are not on the class path: add org.bytedeco:javacpp:" + JAVACPP_VERSION + ":"
                        + platform + " and org.bytedeco:ffmpeg:" + VERSIONS + ":" + platform + " (or :" + platform
                        + "-gpl for x264 and x265) [" + cause.getMessage() + "]",
                cause);
    }

    private static Object load() {
        if (System.getProperty(LIMIT) == null && System.getProperty(LIMIT.toLowerCase(Locale.ROOT)) == null) {
            System.setProperty(LIMIT, "0");
        }
        try {
            // Named one by one: the libraries that are listed here and what they need, which never is avdevice.
            for (Class<?> library : List.of(avutil.class, avcodec.class, avformat.class, avfilter.class)) {
                Loader.load(library);
            }
        } catch (LinkageError e) {
            return e;
        }
        if (Pointer.maxPhysicalBytes() != 0) {
            log.warn(
                    "JavaCPP limits native memory to {} bytes of process size, and an encoder in good health exceeds that;"
                            + " start the JVM with -D{}=0",
                    Pointer.maxPhysicalBytes(),
                    LIMIT);
        }
        LogBridge.install();
        NativeAccess.INSTALLED.set(new InteropAccess());
        return new FfmpegRuntime(
                Options.text(avutil.av_version_info()),
                Options.text(avcodec.avcodec_license()),
                codecs(true),
                codecs(false));
    }

    private static List<String> codecs(boolean encoders) {
        Stream.Builder<String> names = Stream.builder();
        try (PointerPointer<Pointer> cursor = new PointerPointer<>(1L)) {
            cursor.put(0, (Pointer) null);
            for (AVCodec codec = av_codec_iterate(cursor); codec != null; codec = av_codec_iterate(cursor)) {
                if ((av_codec_is_encoder(codec) != 0) == encoders) {
                    names.add(Options.text(codec.name()));
                }
            }
        }
        return names.build().sorted().toList();
    }

    /** FFmpeg's version, such as {@code 8.0.1}. */
    public String version() {
        return version;
    }

    /** The licence under which these natives were built, such as {@code GPL version 3 or later}. */
    public String licence() {
        return licence;
    }

    /** Whether there is an encoder of FFmpeg's name, such as {@code libx264}. */
    public boolean hasEncoder(String ffmpegName) {
        return avcodec_find_encoder_by_name(ffmpegName) != null;
    }

    /** Whether there is a decoder of FFmpeg's name, or one for the coding of that name: {@code amrnb} decodes {@code amr_nb}. */
    public boolean hasDecoder(String ffmpegName) {
        if (avcodec_find_decoder_by_name(ffmpegName) != null) {
            return true;
        }
        AVCodecDescriptor coding = avcodec_descriptor_get_by_name(ffmpegName);
        return coding != null && avcodec_find_decoder(coding.id()) != null;
    }

    /** FFmpeg's names, sorted. */
    public List<String> encoders() {
        return encoders;
    }

    /** FFmpeg's names, sorted. */
    public List<String> decoders() {
        return decoders;
    }

    @Override
    public String toString() {
        return "FFmpeg " + version + " (" + licence + ")";
    }
}
