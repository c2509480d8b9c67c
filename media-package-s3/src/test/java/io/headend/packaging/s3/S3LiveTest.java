package io.headend.packaging.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaEvent;
import io.headend.core.MediaException;
import io.headend.packaging.ObjectSegmentStore;
import io.headend.packaging.Packager;
import io.headend.packaging.PackagingEvent;
import io.headend.packaging.Presentation;
import io.headend.packaging.PublishedTrack;
import io.headend.packaging.SegmentEntry;
import io.headend.packaging.SegmentStore;
import io.headend.packaging.StoredObject;
import io.headend.testkit.LeakExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;

/** Live channels in a real implementation of the S3 protocol. */
@ExtendWith(LeakExtension.class)
class S3LiveTest {

    private static final int MAX = 1 << 20;

    @TempDir
    Path folder;

    private final List<MediaEvent> events = new CopyOnWriteArrayList<>();

    private Packager packager(SegmentStore store) {
        return Feed.packager(store).events(events::add).clock(Clock.systemUTC()).build();
    }

    private static S3Storage storage(S3Client client) {
        return S3Storage.builder(client, S3Server.BUCKET)
                .deadline(Duration.ofSeconds(6))
                .build();
    }

    private static ObjectSegmentStore store(S3Storage storage) {
        return ObjectSegmentStore.builder(storage)
                .prefix("news/")
                .maxSegments(12)
                .build();
    }

    /** Everything that the playlists in the bucket list is there. */
    private static long check(S3Client client) {
        List<String> names = S3Server.names(client);
        String master = S3Server.text(client, "news/master.m3u8");
        assertThat(master).contains("v/media.m3u8").contains("a/media.m3u8");
        long last = -1;
        for (String rendition : List.of("v", "a")) {
            String playlist = S3Server.text(client, "news/" + rendition + "/media.m3u8");
            Matcher uri = Pattern.compile("(?m)^(#EXT-X-GAP\n)?#EXTINF.*\n(\\d+)\\.m4s$")
                    .matcher(playlist);
            assertThat(playlist).contains("init.mp4");
            assertThat(names).contains("news/" + rendition + "/init.mp4");
            while (uri.find()) {
                last = Long.parseLong(uri.group(2));
                if (uri.group(1) == null) {
                    assertThat(names).contains("news/" + rendition + "/" + last + ".m4s");
                }
            }
        }
        return last;
    }

    @Test
    void aBucketHoldsWhatItsPlaylistsList() throws Exception {
        try (S3Server server = S3Server.start(folder, 0);
                S3Client client = server.client();
                S3Storage storage = storage(client);
                ObjectSegmentStore store = store(storage);
                Packager packager = packager(store)) {
            Feed feed = new Feed(packager, Feed.BEGIN);
            for (int second = 0; second < 20; second++) {
                feed.seconds(1);
                if (second > 1) {
                    assertThat(check(client)).isEqualTo(Feed.BEGIN + second - 1);
                }
            }
            assertThat(S3Server.text(client, "news/manifest.mpd")).contains("<MPD");
            assertThat(S3Server.names(client)).doesNotContain("news/v/" + Feed.BEGIN + ".m4s");
            assertThat(client.headObject(h -> h.bucket(S3Server.BUCKET).key("news/v/media.m3u8")))
                    .satisfies(head -> assertThat(head.contentType()).isEqualTo("application/vnd.apple.mpegurl"));
            assertThat(client.headObject(h -> h.bucket(S3Server.BUCKET).key("news/v/" + (Feed.BEGIN + 15) + ".m4s")))
                    .satisfies(head -> {
                        assertThat(head.contentType()).isEqualTo("video/mp4");
                        assertThat(head.cacheControl()).contains("immutable");
                    });
            assertThat(events).isEmpty();
        }
    }

    @Test
    void aLaterRunGoesOnFromTheWindow() throws Exception {
        try (S3Server server = S3Server.start(folder, 0);
                S3Client client = server.client()) {
            Presentation before;
            try (S3Storage storage = storage(client);
                    ObjectSegmentStore store = store(storage);
                    Packager packager = packager(store)) {
                new Feed(packager, Feed.BEGIN).seconds(10);
                before = packager.presentation().orElseThrow();
            }
            // what a crash leaves: an upload that was never listed
            client.putObject(
                    p -> p.bucket(S3Server.BUCKET).key("news/v/99.m4s"),
                    software.amazon.awssdk.core.sync.RequestBody.fromString("half"));
            try (S3Storage storage = storage(client);
                    ObjectSegmentStore store = store(storage);
                    Packager packager = packager(store)) {
                assertThat(S3Server.names(client)).doesNotContain("news/v/99.m4s");
                new Feed(packager, Feed.BEGIN + 12).seconds(3);
                Presentation after = packager.presentation().orElseThrow();
                assertThat(after.version()).isGreaterThan(before.version());
                assertThat(after.breaks().count()).isEqualTo(before.breaks().count());
                PublishedTrack track = after.tracks().get(0);
                assertThat(track.segments().stream().map(SegmentEntry::number))
                        .contains(Feed.BEGIN + 8, Feed.BEGIN + 12)
                        .doesNotContain(Feed.BEGIN + 10);
                // from the bucket, since the process that wrote it is gone
                StoredObject old = store.reader()
                        .awaitSegment("v", Feed.BEGIN + 8, Duration.ZERO)
                        .toCompletableFuture()
                        .join()
                        .orElseThrow();
                assertThat(old.body().collect(MAX).toCompletableFuture().join())
                        .isEqualTo(client.getObjectAsBytes(
                                        g -> g.bucket(S3Server.BUCKET).key("news/v/" + (Feed.BEGIN + 8) + ".m4s"))
                                .asByteArray());
                check(client);
            }
        }
    }

    @Test
    void whileTheStorageIsGoneNothingMoreIsListedAndThenItGoesOn() throws Exception {
        S3Server server = S3Server.start(folder, 0);
        int port = server.port();
        try (S3Client client = S3Server.client(port, "secret");
                S3Storage storage = storage(client);
                ObjectSegmentStore store = store(storage);
                Packager packager = packager(store)) {
            Feed feed = new Feed(packager, Feed.BEGIN);
            feed.seconds(6);
            Presentation before = packager.presentation().orElseThrow();
            server.close();
            feed.seconds(2);
            assertThat(packager.presentation().orElseThrow().lastNumber()).isEqualTo(before.lastNumber());
            assertThat(events)
                    .anySatisfy(event ->
                            assertThat(((PackagingEvent) event).kind()).isEqualTo(PackagingEvent.Kind.STORE_FAILED));
            assertThat(events).anySatisfy(event -> assertThat(event.message()).contains("cannot be reached"));
            server = S3Server.start(folder, port);
            feed.seconds(4);
            assertThat(packager.presentation().orElseThrow().lastNumber()).isGreaterThan(before.lastNumber() + 2);
            check(client);
        } finally {
            server.close();
        }
    }

    @Test
    void aWrongKeyAndAMissingBucketAreSaidAtOnce() throws Exception {
        try (S3Server server = S3Server.start(folder, 0);
                S3Client stranger = S3Server.client(server.port(), "wrong");
                S3Client client = server.client();
                S3Storage refused = storage(stranger);
                S3Storage nowhere = S3Storage.builder(client, "no-such-bucket").build();
                ObjectSegmentStore first = store(refused);
                ObjectSegmentStore second = store(nowhere)) {
            assertThatThrownBy(() -> packager(first)).isInstanceOfSatisfying(MediaException.class, e -> {
                assertThat(e.code()).isEqualTo(MediaErrorCode.ACCESS_DENIED);
                assertThat(e).hasMessageContaining("check credentials and policy");
            });
            assertThatThrownBy(() -> packager(second)).isInstanceOfSatisfying(MediaException.class, e -> {
                assertThat(e.code()).isEqualTo(MediaErrorCode.NOT_FOUND);
                assertThat(e).hasMessageContaining("there is no bucket no-such-bucket");
            });
        }
        assertThat(Files.exists(folder)).isTrue();
    }

    @Test
    void whatIsNoLongerInMemoryIsFetched() throws Exception {
        try (S3Server server = S3Server.start(folder, 0);
                S3Client client = server.client();
                S3Storage storage = storage(client);
                ObjectSegmentStore store =
                        ObjectSegmentStore.builder(storage).maxBytes(6000).build();
                Packager packager = packager(store)) {
            new Feed(packager, Feed.BEGIN).seconds(9);
            for (PublishedTrack track : packager.presentation().orElseThrow().tracks()) {
                for (SegmentEntry entry : track.segments()) {
                    StoredObject object = store.reader()
                            .awaitSegment(track.name(), entry.number(), Duration.ZERO)
                            .toCompletableFuture()
                            .join()
                            .orElseThrow();
                    assertThat(object.entityTag()).isNotEmpty();
                    assertThat(object.body().length()).isEqualTo(entry.bytes());
                    assertThat(object.body().collect(MAX).toCompletableFuture().join())
                            .hasSize((int) entry.bytes());
                }
            }
            assertThat(events).isEmpty();
        }
    }
}
