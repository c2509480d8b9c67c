package io.headend.live;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.PictureSize;
import io.headend.core.http.MediaBody;
import io.headend.core.http.MediaHandler;
import io.headend.core.http.MediaRequest;
import io.headend.core.http.MediaResponse;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.AvSample;
import io.headend.ffmpeg.Decoder;
import io.headend.ffmpeg.Demuxer;
import io.headend.testkit.SyntheticSource;
import io.headend.transcode.AudioRendition;
import io.headend.transcode.EncoderSettings;
import io.headend.transcode.Ladder;
import io.headend.transcode.RateControl;
import io.headend.transcode.Rendition;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the channel tests share: a small channel, and a client of its origin. */
final class Channels {

    static final Duration PATIENCE = Duration.ofSeconds(30);

    private Channels() {}

    static Ladder ladder() {
        EncoderSettings settings = EncoderSettings.x264("ultrafast", RateControl.CappedQuality.of(28, 400_000));
        return new Ladder(
                List.of(
                        new Rendition("v144", new PictureSize(256, 144), settings),
                        new Rendition("v72", new PictureSize(128, 72), settings)),
                List.of(AudioRendition.standard()));
    }

    /** Segments of one second, in two groups. */
    static ChannelSpec spec(String name) {
        return ChannelSpec.of(name)
                .withSegments(Duration.ofMillis(500), Duration.ofSeconds(1))
                .withLadder(ladder())
                .withWindow(Duration.ofSeconds(10));
    }

    static SyntheticSource.Builder source() {
        return SyntheticSource.builder().size(256, 144).frameRate(25);
    }

    static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("did not come in time: " + what);
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    static void awaitListed(LiveChannel channel, int segments) {
        await(segments + " segments", () -> {
            channel.failure().ifPresent(e -> {
                throw new AssertionError("channel failed", e);
            });
            // A segment is counted a moment before the playlist shows it.
            ChannelStats.Timeline timeline = channel.stats().timeline();
            return timeline.listed() >= segments
                    && timeline.last() >= 0
                    && timeline.last() - timeline.first() + 1 >= Math.min(segments, 3);
        });
    }

    /** The first numbers that the playlist of a rendition shows, as soon as there are so many. */
    static List<Long> shown(LiveChannel channel, String name, String rendition, int count) {
        List<Long> numbers = new ArrayList<>();
        await(count + " segments in the playlist", () -> {
            numbers.clear();
            try {
                numbers.addAll(listed(channel.origin(), name, rendition));
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            return numbers.size() >= count;
        });
        return numbers.subList(0, count);
    }

    static byte[] get(MediaHandler origin, String path) throws Exception {
        MediaResponse response =
                origin.handle(MediaRequest.get(path)).toCompletableFuture().get(20, TimeUnit.SECONDS);
        if (response.status() != 200) {
            throw new MediaException(MediaErrorCode.NOT_FOUND, path + ": " + response.status());
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (ByteBuffer part : ((MediaBody.Bytes) response.body()).parts()) {
            byte[] copy = new byte[part.remaining()];
            part.duplicate().get(copy);
            bytes.writeBytes(copy);
        }
        return bytes.toByteArray();
    }

    /** Numbers of the segments that the media playlist of a rendition lists. */
    static List<Long> listed(MediaHandler origin, String channel, String rendition) throws Exception {
        String playlist =
                new String(get(origin, "/" + channel + "/" + rendition + "/media.m3u8"), StandardCharsets.UTF_8);
        List<Long> numbers = new ArrayList<>();
        Matcher matcher = Pattern.compile("^([0-9]+)\\.m4s", Pattern.MULTILINE).matcher(playlist);
        while (matcher.find()) {
            numbers.add(Long.parseLong(matcher.group(1)));
        }
        return numbers;
    }

    /** The initialisation segment and these segments, one after the other. */
    static byte[] join(MediaHandler origin, String channel, String rendition, List<Long> numbers) throws Exception {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(get(origin, "/" + channel + "/" + rendition + "/init.mp4"));
        for (long number : numbers) {
            all.writeBytes(get(origin, "/" + channel + "/" + rendition + "/" + number + ".m4s"));
        }
        return all.toByteArray();
    }

    /** Times of the samples in a file, in ticks, and what decoding it said. */
    record Decoded(List<Long> pts, List<Boolean> sync, long frames, long samples, long errors) {}

    static Decoded decode(byte[] file) {
        List<Long> pts = new ArrayList<>();
        List<Boolean> sync = new ArrayList<>();
        long frames = 0;
        long samples = 0;
        try (Demuxer demuxer = Demuxer.builder(java.nio.channels.Channels.newChannel(new ByteArrayInputStream(file)))
                        .open();
                Decoder decoder = demuxer.decoder(0).open()) {
            for (AvSample sample = demuxer.read(); sample != null; sample = demuxer.read()) {
                try (AvSample owned = sample) {
                    pts.add(owned.pts());
                    sync.add(owned.sync());
                    decoder.send(owned);
                }
                long[] count = drain(decoder);
                frames += count[0];
                samples += count[1];
            }
            decoder.finish();
            long[] count = drain(decoder);
            return new Decoded(pts, sync, frames + count[0], samples + count[1], decoder.errors());
        }
    }

    private static long[] drain(Decoder decoder) {
        long[] count = new long[2];
        for (AvFrame frame = decoder.receive(); frame != null; frame = decoder.receive()) {
            try (AvFrame owned = frame) {
                count[0]++;
                count[1] += owned.samples();
            }
        }
        return count;
    }
}
