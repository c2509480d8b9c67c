package io.headend.benchmarks.ratecontrol;

import io.headend.core.Timebase;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.AvSample;
import io.headend.ffmpeg.Encoder;
import io.headend.ffmpeg.VideoEncoderBuilder;
import io.headend.transcode.ComputeLevel;
import io.headend.transcode.EncoderSettings;
import io.headend.transcode.GopDecision;
import io.headend.transcode.PictureScores;
import io.headend.transcode.RateControl;
import io.headend.transcode.quality.FrameQuality;
import io.headend.transcode.quality.Metric;
import io.headend.transcode.quality.Picture;
import io.headend.transcode.quality.QualityMeter;
import io.headend.transcode.quality.QualityReport;
import io.headend.transcode.tsc.ContentAdaptiveController;
import io.headend.transcode.tsc.EncoderRecipe;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Encodes a clip once on the calling thread and measures what comes out. */
final class LabEncode {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final LabClip clip;
    private final List<ByteBuffer> pictures;
    private final LabSettings settings;
    private final Map<Long, byte[]> decoded = new TreeMap<>();
    private long bytes;
    private long cpuNanos;
    private long analysisNanos;
    private @Nullable ContentAdaptiveController looking;
    private final List<GopDecision> decisions = new ArrayList<>();

    LabEncode(LabClip clip, List<ByteBuffer> pictures, LabSettings settings) {
        this.clip = clip;
        this.pictures = pictures;
        this.settings = settings;
    }

    /** CPU time of the encoder alone, per picture. */
    double cpuMillis() {
        encodeAll();
        return cpuNanos / 1e6 / pictures.size();
    }

    /** Mean VMAF and SSIM of each group of pictures. */
    List<PictureScores> groups(int every) {
        encodeAll();
        Map<Integer, List<FrameQuality>> byGroup = new TreeMap<>();
        try (QualityMeter meter =
                QualityMeter.builder(Metric.VMAF, Metric.SSIM).subsample(every).build()) {
            decoded.forEach((number, picture) -> meter.push(
                    number, clip.picture(pictures.get((int) (long) number)), clip.picture(ByteBuffer.wrap(picture))));
            for (FrameQuality frame : meter.finish().frames()) {
                byGroup.computeIfAbsent((int) (frame.pts() / clip.gop()), group -> new ArrayList<>())
                        .add(frame);
            }
        }
        List<PictureScores> result = new ArrayList<>();
        byGroup.forEach((group, frames) -> result.add(new PictureScores(
                frames.stream().mapToDouble(f -> f.score(Metric.VMAF)).average().orElseThrow(),
                frames.stream().mapToDouble(f -> f.score(Metric.SSIM)).average().orElseThrow())));
        return result;
    }

    LabPoint run(int every) {
        encodeAll();
        return score(every);
    }

    private void encodeAll() {
        if (settings.product()) {
            encodeAsTheProduct();
            return;
        }
        int segment = settings.contextPerGop() ? clip.gop() : pictures.size();
        for (int from = 0; from < pictures.size(); from += segment) {
            try (Encoder encoder = open(settings.parameters())) {
                encode(encoder, from, Math.min(pictures.size(), from + segment), Double.NaN);
                finish(encoder);
            }
        }
    }

    // As the transcoder does: decide by the first pictures of a group, and open another encoder where the recipe
    // changes.
    private void encodeAsTheProduct() {
        RateControl.ContentAdaptive control = settings.control(clip.size());
        EncoderSettings encoding = EncoderSettings.x264(settings.preset(), control);
        EncoderRecipe open = null;
        Encoder encoder = null;
        try (ContentAdaptiveController controller = new ContentAdaptiveController(encoding, control, clip.size())) {
            looking = controller.measures() ? controller : null;
            for (int from = 0; from < pictures.size(); from += clip.gop()) {
                int to = Math.min(pictures.size(), from + clip.gop());
                GopDecision decision = decide(controller, from, to);
                decisions.add(decision);
                if (encoder == null || !controller.recipe().equals(open)) {
                    if (encoder != null) {
                        finish(encoder);
                        encoder.close();
                    }
                    open = controller.recipe();
                    encoder = open(open.parameters());
                }
                encode(encoder, from, to, control.target().isBounded() ? decision.offset() : Double.NaN);
            }
            if (encoder != null) {
                finish(encoder);
            }
        } finally {
            if (encoder != null) {
                encoder.close();
            }
        }
    }

    private GopDecision decide(ContentAdaptiveController controller, int from, int to) {
        List<AvFrame> window = new ArrayList<>();
        try {
            for (int i = from; i < Math.min(to, from + controller.window(ComputeLevel.FULL)); i++) {
                window.add(frame(i));
            }
            long before = THREADS.getCurrentThreadCpuTime();
            GopDecision decision = controller.decide(window, from, to - from, ComputeLevel.FULL);
            analysisNanos += THREADS.getCurrentThreadCpuTime() - before;
            return decision;
        } finally {
            window.forEach(AvFrame::close);
        }
    }

    /** What the controller decided, group by group. */
    List<GopDecision> decisions() {
        return decisions;
    }

    /** CPU time of the encoder, per picture. */
    double encodeMillis() {
        return cpuNanos / 1e6 / pictures.size();
    }

    long bytes() {
        return bytes;
    }

    /** CPU time of looking at the pictures, per picture. */
    double analysisMillis() {
        return analysisNanos / 1e6 / pictures.size();
    }

    private void encode(Encoder encoder, int from, int to, double decided) {
        for (int i = from; i < to; i++) {
            AvFrame frame = frame(i);
            if (looking != null) {
                looking.source(frame, i);
            }
            long before = THREADS.getCurrentThreadCpuTime();
            double offset = settings.hasOffsets() ? settings.offset(i, i % clip.gop(), clip.gop()) : decided;
            encoder.send(frame, new Encoder.Hints(i % clip.gop() == 0, offset));
            drain(encoder, before);
        }
    }

    private void show(AvFrame picture, long number) {
        if (looking != null) {
            long before = THREADS.getCurrentThreadCpuTime();
            looking.output(picture.retain(), number);
            analysisNanos += THREADS.getCurrentThreadCpuTime() - before;
        }
    }

    private void finish(Encoder encoder) {
        long before = THREADS.getCurrentThreadCpuTime();
        encoder.finish();
        drain(encoder, before);
    }

    private void drain(Encoder encoder, long start) {
        long before = start;
        AvSample next = encoder.receive();
        while (next != null) {
            try (AvSample sample = next;
                    AvFrame picture = encoder.receiveReconstruction()) {
                cpuNanos += THREADS.getCurrentThreadCpuTime() - before;
                bytes += sample.size();
                if (picture != null) {
                    decoded.put(sample.info().pts(), planar(picture));
                    show(picture, sample.info().pts());
                }
            }
            before = THREADS.getCurrentThreadCpuTime();
            next = encoder.receive();
        }
        cpuNanos += THREADS.getCurrentThreadCpuTime() - before;
    }

    private Encoder open(Map<String, String> recipe) {
        long before = THREADS.getCurrentThreadCpuTime();
        VideoEncoderBuilder builder = Encoder.video("libx264")
                .size(clip.size())
                .timebase(Timebase.ofFrameRate(clip.rate()))
                .frameRate(clip.rate())
                .threads(1)
                .maxrate(settings.cap(clip.size()))
                .bufsize(2 * settings.cap(clip.size()))
                .reconstruction(true)
                .roi(settings.hasOffsets() || settings.steered());
        builder.option("preset", settings.preset()).option("crf", Double.toString(settings.crf()));
        Map<String, String> parameters =
                new LinkedHashMap<>(Map.of("keyint", "infinite", "scenecut", "0", "open-gop", "0", "stitchable", "1"));
        parameters.putAll(recipe);
        parameters.forEach(builder::parameter);
        Encoder opened = builder.open();
        cpuNanos += THREADS.getCurrentThreadCpuTime() - before;
        return opened;
    }

    AvFrame frame(int number) {
        int w = clip.size().width();
        int h = clip.size().height();
        AvFrame frame = AvFrame.allocateVideo("yuv420p", w, h);
        ByteBuffer source = pictures.get(number);
        int at = 0;
        for (int p = 0; p < 3; p++) {
            ByteBuffer plane = frame.plane(p);
            int width = p == 0 ? w : w / 2;
            for (int y = 0; y < frame.rows(p); y++) {
                plane.put(y * frame.stride(p), source, at, width);
                at += width;
            }
        }
        try (frame) {
            return frame.withPts(number, Timebase.ofFrameRate(clip.rate()));
        }
    }

    // The reconstruction comes with interleaved chroma.
    private byte[] planar(AvFrame frame) {
        int w = clip.size().width();
        int h = clip.size().height();
        byte[] out = new byte[w * h * 3 / 2];
        ByteBuffer luma = frame.plane(0);
        for (int y = 0; y < h; y++) {
            luma.get(y * frame.stride(0), out, y * w, w);
        }
        ByteBuffer chroma = frame.plane(1);
        byte[] row = new byte[w];
        int u = w * h;
        int v = u + w * h / 4;
        for (int y = 0; y < h / 2; y++) {
            chroma.get(y * frame.stride(1), row, 0, w);
            for (int x = 0; x < w / 2; x++) {
                out[u++] = row[2 * x];
                out[v++] = row[2 * x + 1];
            }
        }
        return out;
    }

    private LabPoint score(int every) {
        double luma = 0;
        double chroma = 0;
        int lumaSize = clip.size().width() * clip.size().height();
        QualityReport report;
        try (QualityMeter meter = QualityMeter.builder(Metric.VMAF, Metric.VMAF_NEG, Metric.SSIM)
                .subsample(every)
                .build()) {
            for (Map.Entry<Long, byte[]> entry : decoded.entrySet()) {
                int number = (int) (long) entry.getKey();
                ByteBuffer source = pictures.get(number);
                Picture distorted = clip.picture(ByteBuffer.wrap(entry.getValue()));
                meter.push(number, clip.picture(source), distorted);
                luma += squares(source, entry.getValue(), 0, lumaSize);
                chroma += squares(source, entry.getValue(), lumaSize, entry.getValue().length);
            }
            report = meter.finish();
        }
        int n = decoded.size();
        double seconds = n / clip.rate().toDouble();
        return new LabPoint(
                bytes * 8 / seconds / 1000,
                cpuNanos / 1e6 / n,
                report.pooled(Metric.VMAF).mean(),
                report.pooled(Metric.VMAF_NEG).mean(),
                report.pooled(Metric.SSIM).mean(),
                psnr(luma / n / lumaSize),
                psnr(chroma / n / (lumaSize / 2.0)));
    }

    private static double psnr(double meanSquare) {
        return meanSquare == 0 ? 100 : 10 * Math.log10(255.0 * 255 / meanSquare);
    }

    private static double squares(ByteBuffer source, byte[] distorted, int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            int d = (source.get(i) & 0xff) - (distorted[i] & 0xff);
            sum += (long) d * d;
        }
        return sum;
    }
}
