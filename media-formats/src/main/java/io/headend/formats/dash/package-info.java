/** The MPD of ISO/IEC 23009-1 as records. Start with {@link io.headend.formats.dash.Mpd}. */
@NullMarked
package io.headend.formats.dash;

import org.jspecify.annotations.NullMarked;
