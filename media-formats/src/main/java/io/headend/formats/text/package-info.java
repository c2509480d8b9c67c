/**
 * Subtitles: WebVTT, SubRip and TTML as files, and as samples of ISO/IEC 14496-30. Start with {@link io.headend.formats.text.WebVtt}.
 */
@NullMarked
package io.headend.formats.text;

import org.jspecify.annotations.NullMarked;
