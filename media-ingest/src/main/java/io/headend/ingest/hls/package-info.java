/** The HLS client: {@link io.headend.ingest.hls.HlsSource} follows playlists and gives their samples. */
@NullMarked
package io.headend.ingest.hls;

import org.jspecify.annotations.NullMarked;
