/** Boxes of the ISO base media file format (ISO/IEC 14496-12) and of CMAF. Write with {@link io.headend.formats.isobmff.Box}, read with {@link io.headend.formats.isobmff.BoxReader}. */
@NullMarked
package io.headend.formats.isobmff;

import org.jspecify.annotations.NullMarked;
