package io.headend.formats.mpegts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TsPacketTest {

    private static byte[] pattern(int size) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (i * 31 + 7);
        }
        return bytes;
    }

    private static List<TsPacket> packets(ByteBuffer stream) {
        List<TsPacket> packets = new ArrayList<>();
        for (int at = 0; at < stream.limit(); at += TsPacket.SIZE) {
            TsPacket packet = TsPacket.read(stream, at);
            assertThat(packet).isNotNull();
            packets.add(packet);
        }
        return packets;
    }

    @Property
    void aUnitOfAnySizeComesBack(
            @ForAll @IntRange(min = 1, max = 2000) int size,
            @ForAll @IntRange(min = 0, max = 170) int privateSize,
            @ForAll @LongRange(min = -1, max = (1L << 33) * 300 - 1) long pcr,
            @ForAll boolean withField) {
        AdaptationField field =
                withField ? new AdaptationField(true, true, false, pcr, ByteBuffer.wrap(pattern(privateSize))) : null;
        TsPacketWriter writer = TsPacketWriter.of(0x1234 & 0x1FFF, 14);
        int count = TsPacketWriter.packets(size, field);
        ByteBuffer out = ByteBuffer.allocate(count * TsPacket.SIZE);
        writer.writeUnit(ByteBuffer.wrap(pattern(size)), field, out);
        assertThat(out.hasRemaining()).isFalse();
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        int counter = 14;
        for (TsPacket packet : packets(out.flip())) {
            assertThat(packet.pid()).isEqualTo(0x1234);
            assertThat(packet.continuityCounter()).isEqualTo(counter & 15);
            assertThat(packet.payloadUnitStart()).isEqualTo(counter == 14);
            if (counter == 14 && withField) {
                assertThat(packet.adaptationField()).isEqualTo(field);
                assertThat(packet.pcr()).isEqualTo(pcr);
                assertThat(packet.randomAccess() && packet.discontinuity()).isTrue();
            }
            counter++;
            byte[] bytes = new byte[packet.payloadSize()];
            packet.payload().get(bytes);
            payload.writeBytes(bytes);
        }
        assertThat(payload.toByteArray()).isEqualTo(pattern(size));
    }

    @Test
    void clockReferenceAloneHasNoPayloadAndDoesNotCount() {
        TsPacketWriter writer = TsPacketWriter.of(256);
        ByteBuffer out = ByteBuffer.allocate(2 * TsPacket.SIZE);
        writer.writeField(AdaptationField.of(Pcr.MODULUS - 1, false), out);
        TsPacketWriter.writeNull(out);
        List<TsPacket> packets = packets(out.flip());
        assertThat(packets.get(0).hasPayload()).isFalse();
        assertThat(packets.get(0).payloadSize()).isZero();
        assertThat(packets.get(0).pcr()).isEqualTo(Pcr.MODULUS - 1);
        assertThat(packets.get(0).continuityCounter()).isEqualTo(15);
        assertThat(packets.get(1).pid()).isEqualTo(TsPacket.NULL_PID);
        assertThat(packets.get(1).pcr()).isEqualTo(Pcr.NONE);
        assertThat(packets.get(1).adaptationField()).isNull();
        assertThat(writer.continuityCounter()).isZero();
    }

    @Test
    void whatIsNoPacketIsNone() {
        ByteBuffer bytes = ByteBuffer.allocate(TsPacket.SIZE);
        assertThat(TsPacket.read(bytes, 0)).isNull();
        bytes.putInt(0, 0x47000020).put(4, (byte) 184);
        assertThat(TsPacket.read(bytes, 0)).isNull();
        assertThatThrownBy(() -> TsPacketWriter.of(0x2000)).isInstanceOf(IllegalArgumentException.class);
    }

    @Property(tries = 5000)
    void anyBytesAreReadWithinThePacket(@ForAll @Size(188) byte[] bytes) {
        bytes[0] = TsPacket.SYNC;
        bytes[3] |= 0x20;
        TsPacket packet = TsPacket.read(ByteBuffer.wrap(bytes), 0);
        if (packet != null) {
            AdaptationField field = packet.adaptationField();
            assertThat(field).isNotNull();
            assertThat(packet.pcr()).isEqualTo(field.pcr()).isLessThan(Pcr.MODULUS);
            assertThat(packet.discontinuity()).isEqualTo(field.discontinuity());
            assertThat(packet.randomAccess()).isEqualTo(field.randomAccess());
            assertThat(packet.payload().remaining()).isEqualTo(packet.payloadSize());
        }
    }

    @Property
    void sectionsComeBackWhateverThePackets(
            @ForAll @Size(min = 1, max = 6) List<@IntRange(min = 0, max = 1020) Integer> sizes) {
        TsPacketWriter writer = TsPacketWriter.of(17);
        List<ByteBuffer> sent = new ArrayList<>();
        List<ByteBuffer> got = new ArrayList<>();
        ByteBuffer out = ByteBuffer.allocate(60 * TsPacket.SIZE);
        for (int size : sizes) {
            ByteBuffer section = new PsiSection(
                            0x42, size, 3, true, PsiSection.Place.ONLY, ByteBuffer.wrap(pattern(size)))
                    .toBytes();
            sent.add(section.duplicate());
            writer.writeSection(section, out);
        }
        SectionAssembler assembler = SectionAssembler.of(section -> got.add(TsDescriptor.copyOf(section)));
        for (TsPacket packet : packets(out.flip())) {
            assembler.accept(packet.payload(), packet.payloadUnitStart());
        }
        assertThat(got).isEqualTo(sent);
        for (ByteBuffer section : got) {
            assertThat(PsiSection.parse(section).toBytes()).isEqualTo(section);
        }
    }

    @Test
    void sectionsInOnePayloadAndAcrossPointersAreFound() {
        ByteBuffer a = new PsiSection(1, 1, 0, true, PsiSection.Place.ONLY, ByteBuffer.wrap(pattern(20))).toBytes();
        ByteBuffer b = new PsiSection(1, 2, 0, true, PsiSection.Place.ONLY, ByteBuffer.wrap(pattern(30))).toBytes();
        ByteBuffer payload = ByteBuffer.allocate(184).put((byte) 0).put(a.duplicate());
        payload.put(b.slice(0, 5));
        List<Integer> got = new ArrayList<>();
        SectionAssembler assembler =
                SectionAssembler.of(s -> got.add(PsiSection.parse(s).extension()));
        assembler.accept(payload.flip(), true);
        assertThat(got).containsExactly(1);
        ByteBuffer second = ByteBuffer.allocate(184).put((byte) (b.remaining() - 5));
        second.put(b.slice(5, b.remaining() - 5)).put(a.duplicate()).put((byte) 0xFF);
        assembler.accept(second.flip(), true);
        assertThat(got).containsExactly(1, 2, 1);
        assembler.accept(a, false);
        assertThat(got).hasSize(3);
    }

    @Property(tries = 2000)
    void anyPayloadsLeaveTheAssemblerInOrder(@ForAll @Size(max = 20) List<@Size(max = 184) byte[]> payloads) {
        SectionAssembler assembler =
                SectionAssembler.of(section -> assertThat(section.remaining()).isBetween(3, PsiSection.MAX_SIZE));
        for (byte[] payload : payloads) {
            assembler.accept(ByteBuffer.wrap(payload), payload.length % 2 == 0);
        }
    }
}
