/** AAC configuration (ISO/IEC 14496-3). Start with {@link io.headend.formats.aac.AudioSpecificConfig}. */
@NullMarked
package io.headend.formats.aac;

import org.jspecify.annotations.NullMarked;
