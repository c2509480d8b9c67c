/**
 * RTP as it carries transport streams: order, merge of several legs (SMPTE ST 2022-7) and forward error correction (SMPTE ST
 * 2022-1) as one state machine over packets and their arrival times, {@link io.headend.ingest.rtp.RtpReceiver}, which knows no
 * socket and no clock.
 */
@NullMarked
package io.headend.ingest.rtp;

import org.jspecify.annotations.NullMarked;
