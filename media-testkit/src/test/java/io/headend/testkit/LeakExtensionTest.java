package io.headend.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.LeakDetector;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakExtension.class)
class LeakExtensionTest {

    private static final Object OWNER = new Object();
    private static LeakDetector.Ticket fixture;

    @BeforeAll
    static void openFixture() {
        fixture = LeakDetector.open(OWNER, "Fixture");
    }

    @AfterAll
    static void closeFixture() {
        fixture.close();
    }

    @Test
    void openHandleIsNamed() {
        LeakExtension.Baseline before = LeakExtension.Baseline.now();
        try (LeakDetector.Ticket ticket = LeakDetector.open(OWNER, "Forgotten")) {
            assertThat(ticket.isOpen()).isTrue();
            assertThatThrownBy(() -> before.check("some test", Duration.ofMillis(20)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessage("some test leaves handles open: {Forgotten=1}");
        }
        before.check("some test", Duration.ZERO);
    }

    @Test
    void handleThatAnotherThreadClosesSoonIsAwaited() throws InterruptedException {
        LeakExtension.Baseline before = LeakExtension.Baseline.now();
        LeakDetector.Ticket ticket = LeakDetector.open(OWNER, "Late");
        Thread closer = new Thread(ticket::close);
        closer.start();
        before.check("some test", Duration.ofSeconds(5));
        closer.join();
    }

    @Test
    void lostHandleIsCounted() {
        LeakExtension.Baseline now = LeakExtension.Baseline.now();
        LeakExtension.Baseline before = new LeakExtension.Baseline(now.live(), now.leaked() - 2);
        assertThatThrownBy(() -> before.check("some test", Duration.ZERO))
                .hasMessageStartingWith("2 handles were collected while open during some test");
    }

    @Test
    void fixturesOfTheClassAreAllowed() {
        assertThat(LeakDetector.live()).containsEntry("Fixture", 1L);
    }
}
