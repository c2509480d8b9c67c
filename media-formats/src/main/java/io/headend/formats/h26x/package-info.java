/**
 * AVC (ITU-T H.264) and HEVC (ITU-T H.265) as far as a container, a packager and an encryptor need them: framing of NAL
 * units ({@link io.headend.formats.h26x.AnnexB}, {@link io.headend.formats.h26x.NalUnits}), decoder configuration records of
 * ISO/IEC 14496-15, sequence parameter sets and the exact length of slice headers. Start at
 * {@link io.headend.formats.h26x.AvcDecoderConfigurationRecord}.
 *
 * <p>Every parser takes bytes from strangers: the answer is a value or a {@link io.headend.core.MediaException} with
 * {@link io.headend.core.MediaErrorCode#MALFORMED} or {@link io.headend.core.MediaErrorCode#UNSUPPORTED}, in time and
 * memory proportional to the input.
 */
@NullMarked
package io.headend.formats.h26x;

import org.jspecify.annotations.NullMarked;
