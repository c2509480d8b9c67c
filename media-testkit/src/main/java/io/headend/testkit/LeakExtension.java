package io.headend.testkit;

import io.headend.core.LeakDetector;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test that leaves a handle of {@link LeakDetector} open, or during which one was collected while open.
 *
 * <p>After each test, and after its {@code @AfterEach} methods, the open handles must come back to those that were open before
 * it, within five seconds; after a class, to those before the class. What one test leaves is its own fault alone. Handles
 * that {@code @BeforeAll} opens and {@code @AfterAll} closes are allowed. Tests of one JVM that run at the same time cannot
 * be told apart; the extension is for sequential tests, which are JUnit's default.
 */
@SuppressWarnings("exports") // a program that uses the testkit without JUnit must still compile
public final class LeakExtension implements BeforeAllCallback, AfterAllCallback, BeforeEachCallback, AfterEachCallback {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long LOOK_AGAIN_NANOS = 1_000_000;
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(LeakExtension.class);

    private final Duration patience;

    public LeakExtension() {
        this(PATIENCE);
    }

    LeakExtension(Duration patience) {
        this.patience = patience;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        remember(context);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        remember(context);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        check(context);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        check(context);
    }

    private static void remember(ExtensionContext context) {
        context.getStore(NAMESPACE).put(context.getUniqueId(), Baseline.now());
    }

    private void check(ExtensionContext context) {
        Baseline before = context.getStore(NAMESPACE).remove(context.getUniqueId(), Baseline.class);
        if (before != null) {
            before.check(context.getDisplayName(), patience);
        }
    }

    /** What was open, and how many were lost, at one moment. */
    record Baseline(Map<String, Long> live, long leaked) {

        static Baseline now() {
            return new Baseline(LeakDetector.live(), LeakDetector.leaked());
        }

        void check(String test, Duration patience) {
            long end = System.nanoTime() + patience.toNanos();
            Map<String, Long> left = surplus();
            while (!left.isEmpty() && System.nanoTime() < end) {
                LockSupport.parkNanos(LOOK_AGAIN_NANOS);
                left = surplus();
            }
            if (!left.isEmpty()) {
                throw new AssertionError(test + " leaves handles open: " + left);
            }
            long lost = LeakDetector.leaked() - leaked;
            if (lost > 0) {
                throw new AssertionError(lost + " handles were collected while open during " + test
                        + "; the log says where they were opened");
            }
        }

        private Map<String, Long> surplus() {
            Map<String, Long> surplus = new TreeMap<>();
            LeakDetector.live().forEach((kind, count) -> {
                long more = count - live.getOrDefault(kind, 0L);
                if (more > 0) {
                    surplus.put(kind, more);
                }
            });
            return surplus;
        }
    }
}
