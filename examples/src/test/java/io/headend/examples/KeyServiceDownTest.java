package io.headend.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.core.EpochGrid;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaEvent;
import io.headend.core.MediaException;
import io.headend.core.PictureSize;
import io.headend.core.ProtectionScheme;
import io.headend.core.SampleProtector;
import io.headend.core.StreamSource;
import io.headend.drm.CencEncryptor;
import io.headend.drm.ContentKey;
import io.headend.drm.DerivedKeys;
import io.headend.drm.DrmSystems;
import io.headend.drm.KeyProvider;
import io.headend.drm.KeyRotation;
import io.headend.drm.KeysAhead;
import io.headend.drm.hls.SegmentEncryptor;
import io.headend.formats.hls.SegmentProtector;
import io.headend.live.ChannelSpec;
import io.headend.live.ChannelState;
import io.headend.live.LiveChannel;
import io.headend.packaging.Presentation;
import io.headend.packaging.PublishedTrack;
import io.headend.packaging.SegmentEntry;
import io.headend.testkit.LeakExtension;
import io.headend.testkit.SyntheticSource;
import io.headend.transcode.AudioRendition;
import io.headend.transcode.EncoderSettings;
import io.headend.transcode.Ladder;
import io.headend.transcode.RateControl;
import io.headend.transcode.Rendition;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A whole channel whose key service goes down and comes back, and what a host may ask of a channel's protection. */
@ExtendWith(LeakExtension.class)
class KeyServiceDownTest {

    private static final Duration GRACE = Duration.ofMillis(1_500);

    private final KeyProvider keys = DerivedKeys.of(new byte[16]);
    private final ConcurrentLinkedQueue<String> events = new ConcurrentLinkedQueue<>();
    private volatile boolean down;

    private ContentKey serve(KeyProvider.Query query) {
        if (down) {
            throw new MediaException(MediaErrorCode.IO, "The key service is down.");
        }
        return keys.key(query);
    }

    private KeysAhead ahead() {
        return KeysAhead.builder(this::serve, task -> new Thread(task).start())
                .grace(GRACE)
                .events(this::note)
                .build();
    }

    private static ChannelSpec spec() {
        EncoderSettings settings = EncoderSettings.x264("ultrafast", RateControl.CappedQuality.of(28, 300_000));
        return ChannelSpec.of("one")
                .withSegments(Duration.ofMillis(500), Duration.ofMillis(500))
                .withLadder(new Ladder(
                        List.of(new Rendition("v72", new PictureSize(128, 72), settings)),
                        List.of(AudioRendition.standard())))
                .withWindow(Duration.ofSeconds(60));
    }

    private static StreamSource source() {
        return SyntheticSource.builder().size(128, 72).frameRate(25).build();
    }

    private void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("%s; events: %s", what, events).isLessThan(end);
            LockSupport.parkNanos(5_000_000);
        }
    }

    private static long last(LiveChannel channel) {
        return channel.presentation().map(Presentation::lastNumber).orElse(-1L);
    }

    private long told(String words) {
        return events.stream().filter(event -> event.contains(words)).count();
    }

    private void note(MediaEvent event) {
        events.add(event.message());
    }

    /** Up, down past the grace, up again; each segment has a key of its own. Gives the channel's last listing. */
    private Presentation throughAnOutage(LiveChannel channel) {
        channel.start();
        await("segments", () -> last(channel) >= 0);
        long first = last(channel);
        await("three crypto periods", () -> last(channel) >= first + 3);
        down = true;
        await("the end of the grace", () -> told("nothing is listed until it comes") == 2);
        await("the segment that was begun is done", () -> told("is lost") >= 2);
        long stopped = last(channel);
        long lost = told("is lost");
        await("more segments without a key", () -> told("is lost") >= lost + 4);
        assertThat(last(channel)).as("nothing is listed").isEqualTo(stopped);
        assertThat(channel.state()).isEqualTo(ChannelState.RUNNING);
        down = false;
        await("segments again", () -> last(channel) >= stopped + 3);
        assertThat(told("has come")).isPositive();
        return channel.presentation().orElseThrow();
    }

    @Test
    void theCurrentKeyIsKeptForItsGraceThenNothingIsListedAndNothingIsClear() {
        KeysAhead ahead = ahead();
        try (LiveChannel channel = LiveChannel.builder(spec(), KeyServiceDownTest::source)
                .events(this::note)
                .protection((rendition, grid) -> Optional.of(CencEncryptor.builder(ProtectionScheme.CBCS, ahead)
                        .contentId("one")
                        .systems(DrmSystems.all())
                        .rotation(new KeyRotation(1))
                        .build()))
                .build()) {
            Presentation shown = throughAnOutage(channel);
            for (PublishedTrack track : shown.tracks()) {
                Map<Long, Boolean> own = new TreeMap<>();
                for (SegmentEntry entry : track.segments()) {
                    assertThat(track.protection(entry))
                            .as("%d is encrypted", entry.number())
                            .isNotNull();
                    own.put(entry.number(), isOfItsPeriod(track, entry));
                }
                assertThat(own.values()).as("keys of %s: %s", track.name(), own).contains(true, false);
                assertThat(own.get(shown.lastNumber()))
                        .as("the newest has its own key")
                        .isTrue();
                long listed = own.size();
                assertThat(shown.lastNumber() - shown.firstNumber() + 1)
                        .as("there is a gap")
                        .isGreaterThan(listed);
            }
        }
    }

    private boolean isOfItsPeriod(PublishedTrack track, SegmentEntry entry) {
        String label = track.name().equals("audio") ? "AUDIO" : "SD";
        KeyProvider.Query query = new KeyProvider.Query("one", label, ProtectionScheme.CBCS, entry.number());
        return keys.key(query)
                .id()
                .equals(Optional.ofNullable(track.protection(entry))
                        .orElseThrow()
                        .keyId());
    }

    @Test
    void segmentsEncryptedAsWholesStopAlike() {
        KeysAhead ahead = ahead();
        try (LiveChannel channel = LiveChannel.builder(spec(), KeyServiceDownTest::source)
                .events(this::note)
                .segmentProtection((rendition, grid) -> Optional.of(wholes(ahead, rendition)))
                .build()) {
            Presentation shown = throughAnOutage(channel);
            for (PublishedTrack track : shown.tracks()) {
                assertThat(track.segments())
                        .allSatisfy(
                                entry -> assertThat(entry.layout().hlsKeys()).hasSize(1));
                assertThat(shown.lastNumber() - shown.firstNumber() + 1)
                        .isGreaterThan(track.segments().size());
            }
        }
    }

    private static SegmentProtector wholes(KeyProvider keys, String rendition) {
        return SegmentEncryptor.builder(keys, key -> "https://keys.example/" + key.id())
                .contentId("one")
                .label(rendition)
                .rotation(new KeyRotation(1))
                .build();
    }

    @Test
    void aHostIsAskedOnceForEachRenditionWithTheGridOfTheChannel() {
        Map<String, EpochGrid> asked = new ConcurrentHashMap<>();
        try (LiveChannel channel = LiveChannel.builder(spec(), source())
                .protection((rendition, grid) -> {
                    assertThat(asked.put(rendition, grid)).isNull();
                    return rendition.equals("audio") ? Optional.empty() : Optional.of(protector());
                })
                .build()) {
            channel.start();
            await("segments", () -> last(channel) >= 0);
            assertThat(asked).containsOnlyKeys("v72", "audio");
            assertThat(asked.values())
                    .allSatisfy(grid -> assertThat(grid.segmentDuration().toNanos())
                            .isEqualTo(Duration.ofMillis(520).toNanos()));
            Presentation shown = channel.presentation().orElseThrow();
            assertThat(shown.tracks())
                    .extracting(track -> track.protection() == null)
                    .containsExactly(false, true);
        }
    }

    private SampleProtector protector() {
        return CencEncryptor.builder(ProtectionScheme.CENC, keys)
                .contentId("one")
                .build();
    }

    @Test
    void aRenditionIsNotEncryptedTwice() {
        try (LiveChannel channel = LiveChannel.builder(spec(), source())
                .protection((rendition, grid) -> Optional.of(protector()))
                .segmentProtection((rendition, grid) -> Optional.of(wholes(keys, rendition)))
                .build()) {
            channel.start();
            await("a failure", () -> channel.failure().isPresent());
            assertThat(channel.failure().orElseThrow()).hasMessageContaining("not both");
            assertThat(channel.presentation()).isEmpty();
        }
    }

    @Test
    void aChannelWhoseServiceNeverAnsweredListsNothing() {
        down = true;
        KeysAhead ahead = ahead();
        try (LiveChannel channel = LiveChannel.builder(spec(), source())
                .events(this::note)
                .segmentProtection((rendition, grid) -> Optional.of(wholes(ahead, rendition)))
                .build()) {
            channel.start();
            await("segments without a key", () -> told("is lost") >= 4);
            assertThat(channel.presentation()).isEmpty();
            down = false;
            await("segments", () -> last(channel) >= 0);
        }
    }
}
