package io.headend.ingest;

import io.headend.ingest.hls.HlsSource;
import io.headend.ingest.rtmp.RtmpInputs;
import io.headend.ingest.rtp.DatagramSource;
import io.headend.ingest.ts.TsFileSource;
import java.time.Duration;

/** Which reader reads which input. */
final class Sources {

    /** Makes a source for each connection. */
    @FunctionalInterface
    interface Opener {
        WireSource open();
    }

    // A playlist that hangs is asked for again long before an input without samples is given up.
    private static final Duration LONGEST_REQUEST = Duration.ofSeconds(5);

    private Sources() {}

    /** Nothing is opened before the source runs. */
    static WireSource of(InputSpec spec, Waiting waiting) {
        if (spec instanceof Hls hls) {
            return new HlsSource(
                    hls,
                    new HlsSource.Settings(
                            waiting.http(),
                            waiting.read().compareTo(LONGEST_REQUEST) < 0 ? waiting.read() : LONGEST_REQUEST,
                            waiting.stop(),
                            System::nanoTime,
                            waiting.arrival()));
        }
        if (spec instanceof RtmpPush push) {
            return RtmpInputs.listen(push, waiting.open(), waiting.read());
        }
        if (spec instanceof RtmpPull pull) {
            return RtmpInputs.pull(pull, waiting.open(), waiting.read());
        }
        if (spec instanceof PlaylistInput list) {
            return of(list.entries().get(0), waiting);
        }
        if (spec instanceof Srt srt) {
            return new SrtSource(srt, waiting);
        }
        if (spec instanceof Rtp rtp) {
            return DatagramSource.of(rtp, waiting.read(), waiting.arrival());
        }
        if (spec instanceof Udp udp) {
            return DatagramSource.of(udp, waiting.read(), waiting.arrival());
        }
        if (spec instanceof FileInput file && TsFileSource.reads(file.file())) {
            return new TsFileSource(file.file());
        }
        return new ContainerSource(closed -> DemuxerContainer.open(spec, waiting.or(closed)));
    }
}
