package io.headend.cdn;

import io.headend.core.http.MediaHandler;
import java.time.Clock;

/** What every connection of a server shares. */
record EdgeSettings(MediaHandler handler, EdgeLimits limits, Cors cors, Clock clock, EdgeCounters counters) {}
