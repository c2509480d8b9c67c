/**
 * Action Message Format, the value syntax of RTMP commands and FLV script data; start with {@link io.headend.formats.amf.Amf0}.
 */
@org.jspecify.annotations.NullMarked
package io.headend.formats.amf;
