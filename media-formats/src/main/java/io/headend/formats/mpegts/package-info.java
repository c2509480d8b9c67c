/**
 * Transport streams of MPEG-2 systems (ISO/IEC 13818-1), read and written: packets, tables and PES packets. To read, cut the
 * stream into {@link io.headend.formats.mpegts.TsPacket}s and give their payloads to a
 * {@link io.headend.formats.mpegts.SectionAssembler} or a {@link io.headend.formats.mpegts.PesAssembler} per PID; to write, use
 * one {@link io.headend.formats.mpegts.TsPacketWriter} per PID.
 *
 * <p>Every reader takes bytes from strangers: what it keeps is bounded, and what it cannot read is a value or one
 * {@link io.headend.core.MediaException}.
 */
@NullMarked
package io.headend.formats.mpegts;

import org.jspecify.annotations.NullMarked;
