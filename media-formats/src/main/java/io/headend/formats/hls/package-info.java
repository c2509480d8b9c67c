/** Playlists of RFC 8216bis as records. Start with {@link io.headend.formats.hls.MediaPlaylist}. */
@NullMarked
package io.headend.formats.hls;

import org.jspecify.annotations.NullMarked;
