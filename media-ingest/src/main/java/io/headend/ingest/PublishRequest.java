package io.headend.ingest;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Somebody who wants to publish a stream, before anything exists for it.
 *
 * @param protocol such as {@code rtmp} or {@code srt}
 * @param app application or virtual directory, without query; may be empty
 * @param stream stream name, without query
 * @param parameters of the query, decoded, the first of each name
 * @param address of the peer
 */
public record PublishRequest(
        String protocol, String app, String stream, Map<String, String> parameters, InetAddress address) {

    public PublishRequest {
        parameters = Map.copyOf(new LinkedHashMap<>(parameters));
    }
}
