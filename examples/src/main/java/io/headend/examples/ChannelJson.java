package io.headend.examples;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headend.core.Rational;
import io.headend.core.VideoFormat;
import io.headend.live.ChannelSpec;
import io.headend.live.ChannelStats;
import io.headend.live.LiveChannel;
import io.headend.packaging.Presentation;
import io.headend.packaging.PublishedTrack;
import io.headend.packaging.SegmentEntry;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A channel's figures: JSON for the page, a summary for the end. */
final class ChannelJson {

    private final LiveChannel channel;
    private final GroupLog groups;
    private final String source;
    private final String base;
    private final boolean transportStreams;
    private final String protection;
    private final Instant begun = Instant.now();
    private volatile @Nullable Instant playable;

    /** @param protection scheme of the channel's protection, or empty */
    ChannelJson(LiveChannel channel, GroupLog groups, String source, ChannelSpec spec, String protection) {
        this.channel = channel;
        this.groups = groups;
        this.protection = protection;
        this.source = source;
        this.base = "/" + spec.name();
        this.transportStreams = spec.listing().transportStreams();
    }

    String channel() {
        return channel.stats().channel();
    }

    /** Notes the first time at which the channel could be played; true. */
    boolean playable(Instant now) {
        if (playable == null) {
            playable = now;
        }
        return true;
    }

    /** What the page polls. */
    byte[] json() {
        ChannelStats stats = channel.stats();
        ObjectNode json = common(stats)
                .put("uptimeSeconds", seconds(begun, Instant.now()))
                .put("latencySeconds", Json.rounded(Math.max(0, stats.timeline().latencyMillis()) / 1000.0))
                .put("hls", base + "/master.m3u8");
        if (!protection.equals(DrmMethod.AES_128.toString())) {
            json.put("dash", base + "/manifest.mpd");
        }
        if (transportStreams) {
            json.put("ts", base + "/master-ts.m3u8");
        }
        return Json.pretty(json).getBytes(StandardCharsets.UTF_8);
    }

    /** What {@code --duration} ends with. */
    ObjectNode summary() {
        ChannelStats stats = channel.stats();
        ObjectNode json = common(stats).put("seconds", seconds(begun, Instant.now()));
        Instant first = playable;
        Instant jvm = Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime());
        if (first != null) {
            json.put("firstPlayableSeconds", seconds(jvm, first));
        }
        return json.put("segments", stats.timeline().listed())
                .put("missingSegments", stats.timeline().missing())
                .put("aligned", channel.presentation().map(ChannelJson::aligned).orElse(false));
    }

    /** The summary for people. */
    String text() {
        ObjectNode json = summary();
        StringBuilder text = new StringBuilder();
        json.withArray("renditions")
                .forEach(r -> text.append(String.format(
                        Locale.ROOT,
                        "%-8s %5dx%-5d %-14s %6d kbit/s%n",
                        r.get("name").asText(),
                        r.path("width").asInt(),
                        r.path("height").asInt(),
                        r.get("codec").asText(),
                        r.get("averageBitrate").asLong() / 1000)));
        text.append(String.format(
                Locale.ROOT,
                "%d segments in %.1f s, first one playable %.1f s after the start, %s, A/V drift %d ticks%n",
                json.get("segments").asLong(),
                json.get("seconds").asDouble(),
                json.path("firstPlayableSeconds").asDouble(),
                json.get("aligned").asBoolean() ? "all renditions aligned" : "renditions NOT aligned",
                json.get("avDriftTicks").asLong()));
        return text.toString();
    }

    private ObjectNode common(ChannelStats stats) {
        ObjectNode json = Json.object()
                .put("channel", stats.channel())
                .put("source", source)
                .put("state", stats.state().name())
                .put("protection", protection)
                .put("avDriftTicks", stats.timeline().driftTicks())
                .put("dropped", stats.input().dropped() + stats.input().overflowed())
                .put("repeated", stats.input().repeated())
                .put("decodeErrors", stats.input().decodeErrors());
        Presentation listed = channel.presentation().orElse(null);
        json.putArray("renditions");
        for (ChannelStats.Output output : stats.renditions()) {
            PublishedTrack track = listed == null ? null : track(listed, output.name());
            boolean picture = track == null
                    ? output.name().startsWith("v")
                    : track.track().format() instanceof VideoFormat;
            ObjectNode entry = picture ? json.withArray("renditions").addObject() : json.putObject("audio");
            describe(entry, output, track);
            groups.addTo(entry, output.name());
        }
        channel.load()
                .ifPresent(load -> json.putObject("load")
                        .put("level", load.level().name())
                        .put("lagMillis", load.lagMillis())
                        .put("worstLagMillis", load.worstLagMillis())
                        .put("skipped", load.skipped())
                        .put("dropped", load.dropped()));
        return json;
    }

    private static void describe(ObjectNode entry, ChannelStats.Output output, @Nullable PublishedTrack track) {
        entry.put("name", output.name());
        if (track != null && track.track().format() instanceof VideoFormat video) {
            Rational rate = video.frameRate();
            entry.put("width", video.width()).put("height", video.height());
            entry.put("frameRate", rate == null ? 0 : Json.rounded(rate.toDouble()));
        }
        entry.put("codec", track == null ? "" : track.codec().value())
                .put("bitrate", output.lastBitrate())
                .put("averageBitrate", output.averageBitrate())
                .put("fps", Json.rounded(output.framesPerSecond()))
                .put("speed", Json.rounded(output.speed()))
                .put("segments", track == null ? 0 : track.segments().size())
                .put("queue", output.queued());
    }

    private static @Nullable PublishedTrack track(Presentation presentation, String name) {
        for (PublishedTrack track : presentation.tracks()) {
            if (track.name().equals(name)) {
                return track;
            }
        }
        return null;
    }

    /** Whether every rendition lists the same segments. */
    private static boolean aligned(Presentation presentation) {
        List<List<Long>> numbers = presentation.tracks().stream()
                .map(track ->
                        track.segments().stream().map(SegmentEntry::number).toList())
                .distinct()
                .toList();
        return numbers.size() == 1;
    }

    private static double seconds(Instant from, Instant to) {
        return Json.rounded(Duration.between(from, to).toNanos() / 1e9);
    }
}
