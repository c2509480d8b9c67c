/** What the codings have in common. Start with {@link io.headend.formats.CodecStrings}. */
@NullMarked
package io.headend.formats;

import org.jspecify.annotations.NullMarked;
