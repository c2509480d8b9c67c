/**
 * RTMP and HTTP-FLV without FFmpeg: a server for many publishers and viewers, a client that pulls and one that publishes. Start
 * with {@link io.headend.ingest.rtmp.RtmpServer}.
 */
@org.jspecify.annotations.NullMarked
package io.headend.ingest.rtmp;
