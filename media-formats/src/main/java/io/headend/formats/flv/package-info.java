/**
 * FLV tags and the bodies of RTMP audio and video messages, Enhanced RTMP v1 and v2 included; start with
 * {@link io.headend.formats.flv.VideoMessage} and {@link io.headend.formats.flv.FlvTag}.
 */
@org.jspecify.annotations.NullMarked
package io.headend.formats.flv;
