package io.headend.drm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaEvent;
import io.headend.core.MediaEvent.Severity;
import io.headend.core.MediaException;
import io.headend.core.ProtectionScheme;
import io.headend.drm.KeyProvider.Query;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class KeysAheadTest {

    private final FakeClock clock = new FakeClock();
    private final List<Query> asked = new ArrayList<>();
    private final List<MediaEvent> events = new ArrayList<>();
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private boolean down;

    private final KeysAhead keys = KeysAhead.builder(this::serve, waiting::add)
            .grace(Duration.ofSeconds(60))
            .clock(clock)
            .events(events::add)
            .build();

    private static final class FakeClock extends Clock {
        private Instant now = Instant.parse("2026-11-22T12:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private ContentKey serve(Query query) {
        asked.add(query);
        if (down) {
            throw new MediaException(MediaErrorCode.IO, "The key service is down.");
        }
        return ContentKey.of(new UUID(1, query.period()), new byte[16]);
    }

    private static Query query(long period) {
        return new Query("news", "HD", ProtectionScheme.CBCS, period);
    }

    private long ask(long period) {
        return keys.key(query(period)).id().getLeastSignificantBits();
    }

    private void work() {
        while (!waiting.isEmpty()) {
            waiting.remove().run();
        }
    }

    @Test
    void fetchesTheNextKeyBeforeItsPeriodBegins() {
        assertThat(ask(7)).isEqualTo(7);
        assertThat(asked).containsExactly(query(7));
        work();
        assertThat(asked).containsExactly(query(7), query(8));

        ask(7);
        work();
        assertThat(asked).hasSize(2);
        assertThat(ask(8)).isEqualTo(8);
        assertThat(events).isEmpty();
        assertThat(keys).hasToString("KeysAhead[2 keys]");
    }

    @Test
    void aRenditionThatIsBehindTheOthersDoesNotProlongTheGrace() {
        ask(7);
        down = true;
        work();
        assertThat(ask(8)).isEqualTo(7);
        clock.now = clock.now.plusSeconds(59);
        assertThat(ask(7)).isEqualTo(7);
        clock.now = clock.now.plusSeconds(1);
        assertThatThrownBy(() -> ask(8)).isInstanceOf(MediaException.class);
        assertThat(events).extracting(MediaEvent::message).noneMatch(message -> message.contains("has come"));
    }

    @Test
    void keepsTheKeyForTheTimeOfGraceAndThenHasNone() {
        ask(7);
        down = true;
        work();
        assertThat(events).singleElement().satisfies(event -> {
            assertThat(event.severity()).isEqualTo(Severity.WARNING);
            assertThat(event.message()).contains("no key for crypto period 8 yet: The key service is down.");
            assertThat(event.origin()).isEqualTo("keys/news/HD");
        });

        assertThat(ask(8)).isEqualTo(7);
        clock.now = clock.now.plusSeconds(59);
        work();
        assertThat(ask(8)).isEqualTo(7);
        clock.now = clock.now.plusSeconds(1);
        assertThatThrownBy(() -> ask(8))
                .isInstanceOf(MediaException.class)
                .hasMessageContaining("There is no key for HD of 'news' in crypto period 8");
        assertThatThrownBy(() -> ask(9)).isInstanceOf(MediaException.class);
        assertThat(events.stream().filter(event -> event.severity() == Severity.ERROR))
                .singleElement()
                .satisfies(event -> assertThat(event.message()).contains("nothing is listed until it comes"));
    }

    @Test
    void goesOnWithTheRightKeyWhenTheServiceIsBack() {
        ask(7);
        down = true;
        work();
        ask(8);
        clock.now = clock.now.plusSeconds(600);
        assertThatThrownBy(() -> ask(8)).isInstanceOf(MediaException.class);

        down = false;
        work();
        assertThat(ask(8)).isEqualTo(8);
        assertThat(events.get(events.size() - 1).message()).isEqualTo("The key of crypto period 8 has come.");
        work();
        assertThat(ask(9)).isEqualTo(9);
    }

    @Test
    void asksAServiceThatIsSlowOnceAtATime() {
        ask(7);
        for (int segment = 0; segment < 100; segment++) {
            ask(7);
        }
        assertThat(waiting).hasSize(1);
    }

    @Test
    void waitsForTheFirstKeyAndSaysWhyThereIsNone() {
        down = true;

        assertThatThrownBy(() -> ask(7)).hasMessage("The key service is down.");
        down = false;
        assertThat(ask(7)).isEqualTo(7);
    }

    @Test
    void theKeyOfInitialisationSegmentsIsNoPeriodOfTheChannel() {
        assertThat(ask(0)).isZero();
        assertThat(ask(KeyProvider.NO_PERIOD)).isEqualTo(KeyProvider.NO_PERIOD);
        assertThat(waiting).isEmpty();
    }
}
