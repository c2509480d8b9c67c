package io.headend.formats.rtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RtpHeadersTest {

    private static final long MAX = 0xFFFF_FFFFL;

    @Property
    void rtpHeaderComesBack(
            @ForAll @IntRange(max = 127) int type,
            @ForAll boolean marker,
            @ForAll @IntRange(max = 0xFFFF) int number,
            @ForAll @LongRange(max = MAX) long timestamp,
            @ForAll @LongRange(max = MAX) long ssrc) {
        RtpHeader header = new RtpHeader(type, marker, number, timestamp, ssrc);
        ByteBuffer out = ByteBuffer.allocate(RtpHeader.SIZE);
        header.write(out);
        assertThat(RtpHeader.read(out.flip())).isEqualTo(header);
        assertThat(RtpHeader.payloadOffset(out, 0, 12)).isEqualTo(12);
    }

    @Test
    void payloadStandsBehindSourcesAndExtensionAndBeforePadding() {
        ByteBuffer packet = ByteBuffer.allocate(100);
        packet.put(0, (byte) (0x80 | 0x20 | 0x10 | 2)).putShort(22, (short) 3).put(99, (byte) 7);
        assertThat(RtpHeader.payloadOffset(packet, 0, 100)).isEqualTo(12 + 8 + 4 + 12);
        assertThat(RtpHeader.payloadSize(packet, 0, 100, 36)).isEqualTo(57);
        packet.put(99, (byte) 65);
        assertThat(RtpHeader.payloadSize(packet, 0, 100, 36)).isEqualTo(-1);
        packet.putShort(22, (short) 20);
        assertThat(RtpHeader.payloadOffset(packet, 0, 100)).isEqualTo(-1);
        assertThat(RtpHeader.read(ByteBuffer.allocate(40))).isNull();
    }

    @Property(tries = 5000)
    void anyBytesStayWithinTheirPacket(@ForAll @Size(max = 80) byte[] bytes) {
        ByteBuffer packet = ByteBuffer.wrap(bytes);
        int offset = RtpHeader.payloadOffset(packet, 0, bytes.length);
        if (offset >= 0) {
            assertThat(offset).isLessThanOrEqualTo(bytes.length);
            assertThat(RtpHeader.payloadSize(packet, 0, bytes.length, offset)).isBetween(-1, bytes.length - offset);
            assertThat(RtpHeader.read(packet)).isNotNull();
        }
        FecHeader fec = FecHeader.read(packet, 0, bytes.length);
        if (fec != null) {
            ByteBuffer out = ByteBuffer.allocate(FecHeader.SIZE);
            fec.write(out);
            assertThat(FecHeader.read(out, 0, 16)).isEqualTo(fec);
        }
    }

    @Property
    void fecHeaderComesBack(
            @ForAll @IntRange(max = 0xFFFF) int base,
            @ForAll @IntRange(max = 0xFFFF) int length,
            @ForAll @LongRange(max = MAX) long timestamp,
            @ForAll @IntRange(min = 1, max = 255) int offset,
            @ForAll @IntRange(min = 1, max = 255) int count,
            @ForAll boolean row) {
        FecHeader header = new FecHeader(base, new FecHeader.Recovery(length, 33, timestamp), row, offset, count);
        ByteBuffer out = ByteBuffer.allocate(FecHeader.SIZE);
        header.write(out);
        assertThat(FecHeader.read(out, 0, 16)).isEqualTo(header);
        assertThat(FecHeader.read(out, 0, 15)).isNull();
        assertThat(FecHeader.read(out.put(4, (byte) 0), 0, 16)).isNull();
    }

    @Test
    void whatDoesNotFitIsRefused() {
        assertThatThrownBy(() -> new RtpHeader(128, false, 0, 0, 0)).isInstanceOf(IllegalArgumentException.class);
        FecHeader.Recovery none = new FecHeader.Recovery(0, 0, 0);
        assertThatThrownBy(() -> new FecHeader(0, none, true, 0, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void senderReportTellsTheWallClock() {
        Instant now = Instant.parse("2026-11-22T15:00:00.5Z");
        long ntp = (now.getEpochSecond() + 2_208_988_800L) << 32 | 1L << 31;
        SenderReport report = new SenderReport(7, ntp, 90_000, 12, 15_792);
        ByteBuffer out = ByteBuffer.allocate(28);
        report.write(out);
        assertThat(SenderReport.read(out.flip())).isEqualTo(report);
        assertThat(report.wallClock()).isEqualTo(now);
        assertThat(new SenderReport(7, 0, 0, 0, 0).wallClock()).isEqualTo(Instant.parse("2036-02-07T06:28:16Z"));
        assertThat(SenderReport.read(ByteBuffer.allocate(28))).isNull();
    }
}
