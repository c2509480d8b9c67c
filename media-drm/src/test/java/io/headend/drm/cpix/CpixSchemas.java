package io.headend.drm.cpix;

import io.headend.testkit.SharedMedia;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import org.w3c.dom.ls.DOMImplementationLS;
import org.w3c.dom.ls.LSInput;
import org.xml.sax.SAXException;

/** Validates documents against the published schemas. */
public final class CpixSchemas {

    private static final Map<String, Schema> COMPILED = new ConcurrentHashMap<>();

    private CpixSchemas() {}

    public static void validate(byte[] document, String version) throws IOException {
        try {
            Schema schema = COMPILED.get(version);
            if (schema == null) {
                schema = compile(version);
                COMPILED.put(version, schema);
            }
            schema.newValidator().validate(new StreamSource(new ByteArrayInputStream(document)));
        } catch (SAXException e) {
            throw new AssertionError("the document breaks the schema of CPIX " + version, e);
        }
    }

    /** The schema of XML signatures names a document type on the web, which is not needed and not fetched. */
    private static Schema compile(String version) throws SAXException {
        SchemaFactory factory = SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI);
        factory.setProperty(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "file");
        factory.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "all");
        factory.setResourceResolver((type, namespace, publicId, systemId, base) ->
                systemId != null && systemId.endsWith(".dtd") ? nothing(systemId) : null);
        return factory.newSchema(SharedMedia.require("packaging/xsd/cpix-" + version + "/cpix.xsd")
                .toFile());
    }

    private static LSInput nothing(String systemId) {
        try {
            LSInput input = ((DOMImplementationLS) DocumentBuilderFactory.newInstance()
                            .newDocumentBuilder()
                            .getDOMImplementation())
                    .createLSInput();
            input.setSystemId(systemId);
            input.setByteStream(new ByteArrayInputStream(new byte[0]));
            return input;
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException(e);
        }
    }
}
