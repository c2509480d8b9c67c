package io.headend.ffmpeg;

import io.headend.core.PictureSize;
import io.headend.core.Rational;
import io.headend.core.Timebase;
import io.headend.core.Track;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Small real files, made here so that tests need nothing beside the repository. */
final class TestFiles {

    static final Rational RATE = Rational.of(25, 1);

    private TestFiles() {}

    /** {@code frames} pictures of 320x180 at 25/s with a key picture every 25, and as much AAC sound. */
    static Path avcAac(Path file, int frames) {
        Timebase hz = Timebase.hz(48_000);
        try (Encoder video = Encoder.video("libx264")
                        .size(new PictureSize(320, 180))
                        .frameRate(RATE)
                        .timebase(Timebase.MPEG)
                        .gop(25)
                        .option("preset", "ultrafast")
                        .open();
                Encoder audio = Encoder.audio("aac").open();
                Muxer muxer = Muxer.builder(file.toString())
                        .track(new Track(0, "v", video.format(), Timebase.MPEG, null))
                        .track(new Track(1, "a", audio.format(), hz, "en"))
                        .open()) {
            for (int n = 0; n < frames; n++) {
                video.send(Pictures.gradient(320, 180, n, n * 3600L, Timebase.MPEG));
                write(video, 0, muxer);
            }
            long end = frames * 48_000L / 25;
            for (long t = 0; t < end; t += 1024) {
                try (AvFrame sound = AvFrame.allocateAudio("fltp", 48_000, 2, 1024)) {
                    silence(sound);
                    audio.send(sound.withPts(t, hz));
                }
                write(audio, 1, muxer);
            }
            video.finish();
            write(video, 0, muxer);
            audio.finish();
            write(audio, 1, muxer);
            muxer.finish();
        }
        return file;
    }

    private static void silence(AvFrame sound) {
        for (int p = 0; p < sound.planes(); p++) {
            sound.plane(p).put(new byte[sound.rowBytes(p)]);
        }
    }

    private static void write(Encoder encoder, int track, Muxer muxer) {
        for (AvSample s = encoder.receive(); s != null; s = encoder.receive()) {
            try (AvSample sample = s;
                    AvSample named = sample.with(sample.info().withTrackId(track))) {
                muxer.write(named);
            }
        }
    }

    static int readAll(Path file) {
        try (Demuxer demuxer = Demuxer.builder(file.toString()).open()) {
            return drain(demuxer);
        }
    }

    static int drain(Demuxer demuxer) {
        int count = 0;
        for (AvSample s = demuxer.read(); s != null; s = demuxer.read()) {
            s.close();
            count++;
        }
        return count;
    }

    static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
