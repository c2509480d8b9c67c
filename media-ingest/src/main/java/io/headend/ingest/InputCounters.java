package io.headend.ingest;

import java.util.Map;

/**
 * What an input has counted since it started, by name.
 *
 * <p>Names are lower case with underscores and mean the same for every input; an input gives those that it has:
 *
 * <ul>
 *   <li>of packets, or the messages of RTMP and the segments of a playlist: {@code received}, {@code lost} before repair, {@code recovered} by FEC or a second leg, {@code unrecovered},
 *       {@code reordered}, {@code late}, {@code duplicates}
 *   <li>of a transport stream: {@code continuity_errors}, {@code transport_errors}
 *   <li>of a playlist: {@code requests}, {@code retries}, {@code reloads}, {@code segments}, {@code segments_lost},
 *       {@code alternates}
 *   <li>of any: {@code bytes} from the wire, {@code reconnects}, {@code discontinuities}
 * </ul>
 *
 * <p><b>Threading:</b> asked by any thread, at any time, also after the input has ended.
 */
@FunctionalInterface
public interface InputCounters {

    InputCounters NONE = Map::of;

    /** A snapshot; values never go down. */
    Map<String, Long> counters();
}
