package io.headend.javacv;

import io.headend.core.EndOfStream;
import io.headend.core.MediaException;
import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.core.StreamSink;
import io.headend.core.Timebase;
import io.headend.core.Track;
import io.headend.core.TrackInfo;
import io.headend.core.VideoFormat;
import io.headend.ffmpeg.AudioEncoderBuilder;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.Encoder;
import io.headend.ffmpeg.VideoEncoderBuilder;
import org.bytedeco.javacv.Frame;
import org.bytedeco.javacv.FrameRecorder;
import org.jspecify.annotations.Nullable;

/**
 * A JavaCV {@code FrameRecorder} that encodes into a sink of the house instead of a file: track 0 {@code video} (libx264
 * unless {@code setVideoCodecName}), track 1 {@code audio} (aac).
 *
 * <p>Settings are JavaCV's own, made before {@link #start}: size, frame rate, bit rates, GOP, {@code setVideoOption("crf", …)}
 * and so on; 30 pictures a second and 48 kHz unless set. As with JavaCV's recorders a picture's time is its number; {@code setTimestamp} jumps.
 *
 * <p><b>Threading:</b> one thread at a time; the sink is called on it.
 */
public final class EncoderRecorder extends FrameRecorder {

    private final StreamSink sink;
    private @Nullable EncoderLine video;
    private @Nullable EncoderLine audio;
    private Timebase frames = Timebase.hz(30);
    private long soundSamples;

    private EncoderRecorder(StreamSink sink, int width, int height, int channels) {
        this.sink = sink;
        imageWidth = width;
        imageHeight = height;
        audioChannels = channels;
        frameRate = 30;
        sampleRate = 48_000;
    }

    /**
     * @param width pictures are scaled to this; 0 for sound alone
     * @param channels of the sound, which is resampled to the recorder's rate; 0 for none
     */
    public static EncoderRecorder to(StreamSink sink, int width, int height, int channels) {
        return new EncoderRecorder(sink, width, height, channels);
    }

    @Override
    public void start() throws Exception {
        try {
            if (imageWidth > 0 && imageHeight > 0) {
                startVideo();
            }
            if (audioChannels > 0) {
                startAudio();
            }
        } catch (MediaException e) {
            release();
            throw new Exception(e.getMessage(), e);
        }
    }

    private void startVideo() {
        Rational rate = GrabbedPictures.rate(frameRate);
        if (rate == null) {
            throw MediaException.invalidArgument("a recorder needs a frame rate, not " + frameRate);
        }
        frames = Timebase.ofFrameRate(rate);
        String name = videoCodecName == null ? "libx264" : videoCodecName;
        VideoEncoderBuilder builder = Encoder.video(name)
                .size(new PictureSize(imageWidth, imageHeight))
                .frameRate(rate)
                .timebase(Timebase.MPEG);
        if (gopSize > 0) {
            builder.gop(gopSize);
        }
        if (maxBFrames >= 0) {
            builder.bFrames(maxBFrames);
        }
        if (!videoOptions.containsKey("crf")) {
            builder.bitrate(videoBitrate);
        }
        videoOptions.forEach(builder::option);
        String filters = "scale=" + imageWidth + ":" + imageHeight + ":flags=bicubic,format=yuv420p,setsar=1";
        video = EncoderLine.video(builder.open(), filters, 0, sink);
        VideoFormat format = (VideoFormat) video.format();
        sink.accept(new TrackInfo(new Track(0, "video", format, Timebase.MPEG, null)));
    }

    private void startAudio() {
        AudioEncoderBuilder builder = Encoder.audio(audioCodecName == null ? "aac" : audioCodecName)
                .sampleRate(sampleRate)
                .channels(audioChannels)
                .bitrate(audioBitrate)
                .sampleFormat("fltp");
        audioOptions.forEach(builder::option);
        Encoder encoder = builder.open();
        String filters = "aresample=" + sampleRate + ",aformat=sample_fmts=fltp:channel_layouts=" + audioChannels
                + "c,asetnsamples=n=" + encoder.frameSize() + ":p=0";
        audio = EncoderLine.audio(encoder, filters, 1, sink);
        sink.accept(new TrackInfo(new Track(1, "audio", audio.format(), Timebase.hz(sampleRate), null)));
    }

    /** Jumps to a picture by its time in microseconds. */
    @Override
    public void setTimestamp(long micros) {
        frameNumber = (int) Timebase.MICROS.convert(micros, frames);
        super.setTimestamp(micros);
    }

    @Override
    public long getTimestamp() {
        return frames.convert(frameNumber, Timebase.MICROS);
    }

    /** Encodes the picture and the sound of a frame, which stays the caller's and may be filled again afterwards. */
    @Override
    public void record(Frame frame) throws Exception {
        try {
            AvFrame picture = FrameLayouts.picture(frame);
            if (picture != null) {
                try (AvFrame untimed = picture) {
                    if (video == null) {
                        throw MediaException.invalidArgument("the recorder was started without pictures");
                    }
                    video.encode(untimed.withPts(frameNumber++, frames));
                }
            }
            AvFrame sound = FrameLayouts.sound(frame);
            if (sound != null) {
                try (AvFrame untimed = sound) {
                    if (audio == null) {
                        throw MediaException.invalidArgument("the recorder was started without sound");
                    }
                    long pts = soundSamples;
                    soundSamples += untimed.samples();
                    audio.encode(untimed.withPts(pts, untimed.timebase()));
                }
            }
        } catch (MediaException e) {
            throw new Exception(e.getMessage(), e);
        }
    }

    /** Does nothing: what an encoder holds back comes with later frames or {@link #stop}. */
    @Override
    public void flush() {}

    /** Encodes what is left, ends the stream of the sink and releases everything. */
    @Override
    public void stop() throws Exception {
        try {
            if (video != null) {
                video.finish();
            }
            if (audio != null) {
                audio.finish();
            }
            sink.accept(new EndOfStream());
        } catch (MediaException e) {
            throw new Exception(e.getMessage(), e);
        } finally {
            release();
        }
    }

    /** Releases everything without ending the stream of the sink. */
    @Override
    public void release() {
        if (video != null) {
            video.close();
            video = null;
        }
        if (audio != null) {
            audio.close();
            audio = null;
        }
    }
}
