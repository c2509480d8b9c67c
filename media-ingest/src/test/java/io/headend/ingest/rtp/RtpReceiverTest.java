package io.headend.ingest.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import io.headend.ingest.rtp.Wire.Kind;
import io.headend.ingest.rtp.Wire.Packet;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RtpReceiverTest {

    private static final Duration BUFFER = Duration.ofMillis(500);

    private Collected out = new Collected();

    private RtpReceiver receiver(int legs) {
        return receiver(legs, BUFFER);
    }

    private RtpReceiver receiver(int legs, Duration buffer) {
        return new RtpReceiver(legs, buffer, 4096, Duration.ofMillis(500), out);
    }

    /** Gives packets in the order of their times; a clock ticks every 10 ms between them. */
    private void play(RtpReceiver receiver, List<Packet> packets, int leg) {
        long start = packets.get(0).nanos();
        List<List<Packet>> legs = new ArrayList<>();
        for (int i = 0; i < leg; i++) {
            legs.add(List.of());
        }
        legs.add(packets);
        play(receiver, legs, start);
    }

    private void play(RtpReceiver receiver, List<List<Packet>> legs, long start) {
        record OnLeg(int leg, Packet packet) {}
        List<OnLeg> all = new ArrayList<>();
        for (int leg = 0; leg < legs.size(); leg++) {
            for (Packet packet : legs.get(leg)) {
                all.add(new OnLeg(leg, packet));
            }
        }
        all.sort(Comparator.comparingLong(p -> p.packet.nanos()));
        long clock = start;
        for (OnLeg next : all) {
            for (; clock < next.packet.nanos(); clock += 10_000_000) {
                out.now = clock;
                receiver.advance(clock);
            }
            out.now = next.packet.nanos();
            if (next.packet.kind() == Kind.MEDIA) {
                receiver.media(next.leg, next.packet.bytes(), next.packet.nanos());
            } else {
                receiver.fec(next.leg, next.packet.bytes(), next.packet.nanos());
            }
        }
        for (long end = clock + 2_000_000_000L; clock < end; clock += 10_000_000) {
            out.now = clock;
            receiver.advance(clock);
        }
    }

    private static List<Packet> without(List<Packet> packets, Predicate<Packet> lost) {
        return packets.stream().filter(lost.negate()).toList();
    }

    private static Predicate<Packet> media(int from, int count) {
        return p -> p.kind() == Kind.MEDIA && p.index() >= from && p.index() < from + count;
    }

    private void assertSame(List<Integer> expected) {
        assertThat(out.hashes).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(out.hashes.get(i)).as("packet %d", i).isEqualTo(expected.get(i));
        }
    }

    private void assertWhole(Wire wire, int packets) {
        List<Integer> expected = new ArrayList<>();
        for (int i = 0; i < packets; i++) {
            expected.add(wire.payload(i).hashCode());
        }
        assertSame(expected);
        var digest = Collected.sha256();
        for (int i = 0; i < packets; i++) {
            digest.update(wire.payload(i));
        }
        assertThat(out.digest.digest()).isEqualTo(digest.digest());
    }

    @ParameterizedTest
    @CsvSource({"4,4", "5,5", "5,10", "10,10", "20,5"})
    void burstsOfEveryAlignmentAreRepaired(int columns, int rows) {
        int size = columns * rows;
        for (int burst = columns; burst <= columns + 1; burst++) {
            for (int alignment = 0; alignment < size; alignment++) {
                Wire wire = new Wire(columns, rows, 65_500, 7, alignment);
                List<Packet> sent = wire.send(4);
                Collected collected = new Collected();
                RtpReceiver receiver = new RtpReceiver(1, BUFFER, 1024, BUFFER, collected);
                boolean columnsOnly = burst == columns;
                Predicate<Packet> lost = media(size + alignment, burst).or(p -> columnsOnly && p.kind() == Kind.ROW);
                for (Packet packet : without(sent, lost)) {
                    if (packet.kind() == Kind.MEDIA) {
                        receiver.media(0, packet.bytes(), packet.nanos());
                    } else {
                        receiver.fec(0, packet.bytes(), packet.nanos());
                    }
                }
                receiver.finish();
                var digest = Collected.sha256();
                for (int i = 0; i < 5 * size; i++) {
                    digest.update(wire.payload(i));
                }
                assertThat(collected.digest.digest())
                        .as("%dx%d, burst %d at %d", columns, rows, burst, alignment)
                        .isEqualTo(digest.digest());
                assertThat(receiver.stats().packets())
                        .isEqualTo(new RtpStats.Packets(5L * size - burst, burst, 0, 0, 0, 0));
            }
        }
    }

    @Test
    void whatCannotBeRepairedIsCountedExactly() {
        // Two whole rows of the matrix: no column lacks one packet only.
        Wire wire = new Wire(5, 5, 100, 7, 1);
        RtpReceiver receiver = receiver(1);
        play(receiver, without(wire.send(4), media(25, 10)), 0);
        assertThat(out.lost).isEqualTo(10);
        assertThat(out.hashes).hasSize(115);
        assertThat(receiver.stats().packets()).isEqualTo(new RtpStats.Packets(115, 0, 10, 0, 0, 0));
        assertThat(receiver.stats().legs()).containsExactly(new RtpStats.Leg(115, 10, 0, false));
    }

    @Property(tries = 60)
    void lossesAreRepairedAsFarAsPeelingGoes(@ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int percent) {
        out = new Collected();
        Random random = new Random(seed);
        Wire wire = new Wire(5, 10, random.nextInt(0x10000), 7, seed);
        List<Packet> sent = wire.send(20);
        List<Packet> kept = without(sent, p -> p.index() > 0 && random.nextInt(100) < percent);
        RtpReceiver receiver = new RtpReceiver(1, BUFFER, 4096, BUFFER, out);
        play(receiver, kept, 0);
        boolean[] there = new boolean[21 * 50];
        kept.stream().filter(p -> p.kind() == Kind.MEDIA).forEach(p -> there[p.index()] = true);
        long came = kept.stream().filter(p -> p.kind() == Kind.MEDIA).count();
        int last = there.length - 1;
        while (!there[last]) {
            last--;
        }
        long peeled = Peeling.run(there, kept, 5, 10);
        RtpStats.Packets packets = receiver.stats().packets();
        assertThat(packets.received()).isEqualTo(came);
        assertThat(packets.recovered()).isEqualTo(peeled);
        assertThat(packets.unrecovered()).isEqualTo(last + 1 - came - peeled).isEqualTo(out.lost);
        List<Integer> expected = new ArrayList<>();
        for (int i = 0; i <= last; i++) {
            if (there[i]) {
                expected.add(wire.payload(i).hashCode());
            }
        }
        assertSame(expected);
    }

    @Property(tries = 30)
    void orderCopiesAndNumbersThatStartAgainDoNotMatter(@ForAll long seed) {
        out = new Collected();
        Random random = new Random(seed);
        Wire wire = new Wire(5, 5, 65_000, 7, seed);
        List<Packet> disturbed = new ArrayList<>();
        for (Packet packet : wire.send(60)) {
            long jitter = packet.index() == 0 ? 0 : random.nextInt(32) * Wire.SPACING;
            disturbed.add(packet.at(packet.nanos() + jitter));
            if (random.nextInt(10) == 0) {
                disturbed.add(packet.at(packet.nanos() + jitter + random.nextInt(60_000_000)));
            }
        }
        RtpReceiver receiver = receiver(1);
        play(receiver, disturbed, 0);
        assertWhole(wire, 61 * 25);
        RtpStats.Packets packets = receiver.stats().packets();
        assertThat(packets.unrecovered()).isZero();
        assertThat(packets.received() + packets.recovered()).isEqualTo(61 * 25);
        assertThat(packets.duplicates()).isPositive();
        assertThat(packets.reordered()).isPositive();
    }

    @Test
    void nothingWaitsLongerThanTheBuffer() {
        Wire wire = new Wire(5, 10, 3, 7, 1);
        RtpReceiver receiver = receiver(1, Duration.ofMillis(100));
        Random random = new Random(5);
        List<Packet> sent =
                without(wire.send(40), p -> p.kind() != Kind.MEDIA || p.index() > 0 && random.nextInt(10) == 0);
        play(receiver, sent, 0);
        assertThat(out.lost).isPositive();
        assertThat(out.worstDelay).isLessThanOrEqualTo(110_000_000);
    }

    @Test
    void fecBeforeItsPacketsAndTwiceAndOfAnotherSize() {
        Wire small = new Wire(4, 4, 10, 7, 1);
        List<Packet> sent = new ArrayList<>(small.send(3));
        List<Packet> early = new ArrayList<>();
        for (Packet packet : sent) {
            boolean row = packet.kind() == Kind.ROW;
            early.add(packet.at(packet.nanos() - (row ? 3 * Wire.SPACING : 0)));
            if (packet.kind() != Kind.MEDIA) {
                early.add(packet.at(packet.nanos() + 1));
            }
        }
        RtpReceiver receiver = receiver(1);
        play(receiver, without(early, media(18, 4)), 0);
        assertWhole(small, 64);
        assertThat(receiver.stats().packets().recovered()).isEqualTo(4);
        assertThat(receiver.stats().fec().malformed()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 10, 50, 450})
    void twoLegsMakeOneWholeStream(long skewMillis) {
        Wire wire = new Wire(5, 10, 65_000, 7, 2);
        List<Packet> media = without(wire.send(100), p -> p.kind() != Kind.MEDIA);
        Random random = new Random(skewMillis);
        List<Packet> first = new ArrayList<>();
        List<Packet> second = new ArrayList<>();
        for (Packet packet : media) {
            int fate = packet.index() == 0 ? 99 : random.nextInt(100);
            if (fate >= 5) {
                first.add(packet);
            }
            if (fate < 5 || fate >= 10) {
                second.add(packet.at(packet.nanos() + skewMillis * 1_000_000));
            }
        }
        RtpReceiver receiver = receiver(2);
        play(receiver, List.of(first, second), 0);
        assertWhole(wire, 101 * 50);
        RtpStats stats = receiver.stats();
        assertThat(stats.packets().lost()).isZero();
        assertThat(stats.packets().duplicates()).isZero();
        assertThat(stats.legs().get(0).received()).isEqualTo(first.size());
        assertThat(stats.legs().get(1).received()).isEqualTo(second.size());
        assertThat(stats.legs().get(0).lost())
                .isBetween(media.size() - first.size() - 2L, (long) media.size() - first.size());
    }

    @Test
    void aDeadLegIsReportedAndCostsNothing() {
        Wire wire = new Wire(10, 10, 0, 7, 2);
        // 40 s of stream; the first leg is dead from second 5 to 35.
        List<Packet> media = without(wire.send(199), p -> p.kind() != Kind.MEDIA);
        List<Packet> first = without(media, p -> p.nanos() >= 5_000_000_000L && p.nanos() < 35_000_000_000L);
        List<Packet> second =
                media.stream().map(p -> p.at(p.nanos() + 50_000_000)).toList();
        RtpReceiver receiver = receiver(2);
        List<Long> downAt = new ArrayList<>();
        Collected watching = out;
        play(receiver, List.of(first, second), 0);
        assertWhole(wire, 20_000);
        assertThat(watching.events.subList(0, 4)).containsExactly("0 up", "1 up", "0 down", "0 up");
        assertThat(receiver.stats().packets().lost()).isZero();
        assertThat(receiver.stats().legs().get(0).lost()).isEqualTo(15_000);
        assertThat(downAt).isEmpty();
    }

    @Test
    void silenceOfALegIsNoticedWithinASecond() {
        RtpReceiver receiver = receiver(2);
        Wire wire = new Wire(5, 5, 0, 7, 2);
        List<Packet> sent = wire.send(2);
        receiver.media(0, sent.get(0).bytes(), 0);
        receiver.media(1, sent.get(0).bytes(), 0);
        for (long now = 0; now <= 1_000_000_000L; now += 10_000_000) {
            receiver.advance(now);
            assertThat(out.events.contains("1 down")).isEqualTo(now > 500_000_000L);
        }
    }

    @Test
    void aNewSenderIsFollowedAndStraysAreNot() {
        Wire old = new Wire(5, 5, 100, 7, 1);
        Wire fresh = new Wire(5, 5, 9000, 8, 2);
        Wire stray = new Wire(5, 5, 40_000, 9, 3);
        List<Packet> sent = new ArrayList<>(old.send(2));
        sent.add(40, stray.send(1).get(0).at(sent.get(40).nanos()));
        long later = 4_000_000_000L;
        fresh.send(2).forEach(p -> sent.add(p.at(p.nanos() + later)));
        RtpReceiver receiver = receiver(1);
        play(receiver, sent, 0);
        assertThat(out.hashes).hasSize(150);
        assertThat(out.hashes.get(75)).isEqualTo(fresh.payload(0).hashCode());
        assertThat(out.restarts).isEqualTo(1);
        assertThat(receiver.stats().packets().lost()).isZero();
    }

    @Test
    void sameSenderMayCountAnew() {
        Wire old = new Wire(5, 5, 50_000, 7, 1);
        Wire fresh = new Wire(5, 5, 3, 7, 2);
        List<Packet> sent = new ArrayList<>(without(old.send(2), p -> p.kind() != Kind.MEDIA));
        fresh.send(2).forEach(p -> sent.add(p.at(p.nanos() + 1_000_000_000L)));
        RtpReceiver receiver = receiver(1);
        play(receiver, sent, 0);
        assertThat(out.hashes).hasSize(150);
        assertThat(out.restarts).isEqualTo(1);
    }

    @Test
    void legsThatRestartOneAfterTheOtherRestartOnce() {
        Wire old = new Wire(5, 5, 100, 7, 1);
        Wire fresh = new Wire(5, 5, 9000, 8, 2);
        List<Packet> leg = new ArrayList<>(without(old.send(3), p -> p.kind() != Kind.MEDIA));
        without(fresh.send(3), p -> p.kind() != Kind.MEDIA).forEach(p -> leg.add(p.at(p.nanos() + 200_000_000)));
        RtpReceiver receiver = receiver(2);
        play(
                receiver,
                List.of(
                        leg,
                        leg.stream().map(p -> p.at(p.nanos() + 100_000_000)).toList()),
                0);
        assertThat(out.hashes).hasSize(200);
        assertThat(out.restarts).isEqualTo(1);
        assertThat(receiver.stats().packets().lost()).isZero();
    }

    @Test
    void aMillionMalformedPacketsChangeNothing() {
        Random random = new Random(11);
        Wire wire = new Wire(5, 5, 100, 7, 1);
        List<Packet> sent = wire.send(8);
        RtpReceiver receiver = new RtpReceiver(2, BUFFER, 1024, BUFFER, out);
        byte[] bytes = new byte[1600];
        long now = 0;
        for (int i = 0; i < 1_000_000; i++) {
            Packet good = sent.get(random.nextInt(sent.size()));
            int size = random.nextInt(good.bytes().remaining() + 1);
            good.bytes().get(0, bytes, 0, size);
            if (random.nextBoolean()) {
                size = good.bytes().remaining();
                good.bytes().get(0, bytes, 0, size);
            }
            for (int flips = random.nextInt(6); flips > 0 && size > 0; flips--) {
                bytes[random.nextInt(Math.min(size, 40))] = (byte) random.nextInt();
            }
            now += random.nextInt(4000);
            ByteBuffer packet = ByteBuffer.wrap(bytes, 0, size);
            if (random.nextInt(3) == 0) {
                receiver.fec(random.nextInt(2), packet, now);
            } else {
                receiver.media(random.nextInt(2), packet, now);
            }
            if (i % 100_000 == 0) {
                out.hashes.clear();
            }
        }
        receiver.finish();
        assertThat(receiver.stats().malformed()).isPositive();
        assertThat(receiver.stats().fec().malformed()).isPositive();
        out.hashes.clear();
        Wire clean = new Wire(5, 5, 20_000, 99, 4);
        long from = now + 1_000_000_000L;
        play(receiver, clean.send(4).stream().map(p -> p.at(p.nanos() + from)).toList(), 0);
        assertThat(out.hashes)
                .endsWith(clean.payload(123).hashCode(), clean.payload(124).hashCode());
        assertThat(out.hashes).hasSizeGreaterThanOrEqualTo(125);
    }
}
