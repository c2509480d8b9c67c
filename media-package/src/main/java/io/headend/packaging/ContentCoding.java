package io.headend.packaging;

import io.headend.core.http.MediaBody;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.zip.GZIPOutputStream;

/** What a client gets that takes gzip (RFC 9110, 8.4). */
final class ContentCoding {

    private ContentCoding() {}

    /** The same, compressed, with an entity tag of its own: another representation is another entity. */
    static StoredObject gzip(StoredObject plain) {
        if (!(plain.body() instanceof MediaBody.Bytes text)) {
            throw new IllegalArgumentException("only what is in memory is compressed");
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            for (ByteBuffer part : text.parts()) {
                byte[] bytes = new byte[part.remaining()];
                part.get(bytes);
                zip.write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String tag = plain.entityTag().replaceFirst("\"$", "-gzip\"");
        return new StoredObject(new MediaBody.Bytes(ByteBuffer.wrap(out.toByteArray())), tag);
    }
}
