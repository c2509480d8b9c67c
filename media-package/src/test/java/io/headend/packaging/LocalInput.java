package io.headend.packaging;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.w3c.dom.ls.LSInput;

/** A schema document from the disk. */
record LocalInput(String getPublicId, String getSystemId, Path file) implements LSInput {

    @Override
    public String getPublicId() {
        return getPublicId;
    }

    @Override
    public String getSystemId() {
        return getSystemId;
    }

    @Override
    public InputStream getByteStream() {
        try {
            return Files.newInputStream(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Reader getCharacterStream() {
        return null;
    }

    @Override
    public void setCharacterStream(Reader stream) {}

    @Override
    public void setByteStream(InputStream stream) {}

    @Override
    public String getStringData() {
        return null;
    }

    @Override
    public void setStringData(String data) {}

    @Override
    public void setSystemId(String systemId) {}

    @Override
    public void setPublicId(String publicId) {}

    @Override
    public String getBaseURI() {
        return null;
    }

    @Override
    public void setBaseURI(String baseUri) {}

    @Override
    public String getEncoding() {
        return null;
    }

    @Override
    public void setEncoding(String encoding) {}

    @Override
    public boolean getCertifiedText() {
        return false;
    }

    @Override
    public void setCertifiedText(boolean certified) {}
}
