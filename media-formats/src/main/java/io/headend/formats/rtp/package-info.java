/**
 * Headers of RTP (RFC 3550), of its forward error correction for transport streams (SMPTE ST 2022-1), and sender reports. No
 * sockets: start with {@link io.headend.formats.rtp.RtpHeader}.
 */
@NullMarked
package io.headend.formats.rtp;

import org.jspecify.annotations.NullMarked;
