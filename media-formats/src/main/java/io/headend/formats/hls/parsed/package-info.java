/**
 * HLS playlists as they are received (RFC 8216bis), read as tolerantly as a player reads and with every size bounded. Start with
 * {@link io.headend.formats.hls.parsed.PlaylistParser}.
 */
@NullMarked
package io.headend.formats.hls.parsed;

import org.jspecify.annotations.NullMarked;
