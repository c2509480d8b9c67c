package io.headend.ingest.rtmp;

/**
 * One stream of a server at one instant.
 *
 * @param key its name
 * @param publisher address of the publisher, or empty where nobody publishes
 * @param viewers RTMP and FLV viewers and push targets
 * @param received payload bytes from publishers since the stream came into being
 * @param damaged messages left out because they could not be read
 * @param skipped messages left out for viewers that were behind and have gone
 */
public record StreamStatus(StreamKey key, String publisher, int viewers, long received, long damaged, long skipped) {}
