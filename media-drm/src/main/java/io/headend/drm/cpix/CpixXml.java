package io.headend.drm.cpix;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import java.io.ByteArrayOutputStream;
import java.io.CharArrayReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.parsers.SAXParser;
import javax.xml.parsers.SAXParserFactory;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.Attributes;
import org.xml.sax.ErrorHandler;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;
import org.xml.sax.helpers.DefaultHandler;

/** XML without document types, entities or anything fetched. */
final class CpixXml {

    static final String CPIX = "urn:dashif:org:cpix";
    static final String PSKC = "urn:ietf:params:xml:ns:keyprov:pskc";
    static final String DSIG = "http://www.w3.org/2000/09/xmldsig#";
    static final String XENC = "http://www.w3.org/2001/04/xmlenc#";

    private static final String NO_DOCUMENT_TYPE = "http://apache.org/xml/features/disallow-doctype-decl";
    private static final int MAX_BYTES = 1 << 20;
    private static final int MAX_DEPTH = 32;
    private static final int MAX_NODES = 50_000;

    private CpixXml() {}

    static Element parse(byte[] xml) {
        if (xml.length > MAX_BYTES) {
            throw new MediaException(
                    MediaErrorCode.EXHAUSTED,
                    "A CPIX document has at most " + MAX_BYTES + " bytes; this one has " + xml.length + ".");
        }
        char[] text = decode(xml);
        try {
            // A tree takes a hundred times the bytes of its text, and text of nested elements is read by recursion.
            parser().parse(new InputSource(new CharArrayReader(text)), new Bounds());
            DocumentBuilder builder = factory().newDocumentBuilder();
            builder.setErrorHandler(Silent.INSTANCE);
            Element root =
                    builder.parse(new InputSource(new CharArrayReader(text))).getDocumentElement();
            if (!is(root, CPIX, "CPIX")) {
                throw MediaException.malformed("The document is XML, but its root is no CPIX element.");
            }
            return root;
        } catch (SAXException e) {
            // Its message may repeat the document.
            throw MediaException.malformed("The CPIX document is not well-formed XML without document type.");
        } catch (IOException | ParserConfigurationException e) {
            throw new IllegalStateException("XML in memory is parsed without I/O", e);
        } finally {
            Arrays.fill(text, ' ');
        }
    }

    /** The platform's parser keeps the bytes that it decodes itself for the life of the thread, and with them the keys. */
    private static char[] decode(byte[] xml) {
        boolean wide = xml.length > 1
                && ((xml[0] == (byte) 0xFE && xml[1] == (byte) 0xFF)
                        || (xml[0] == (byte) 0xFF && xml[1] == (byte) 0xFE));
        boolean marked = xml.length > 2 && xml[0] == (byte) 0xEF && xml[1] == (byte) 0xBB && xml[2] == (byte) 0xBF;
        try {
            CharBuffer decoded = (wide ? StandardCharsets.UTF_16 : StandardCharsets.UTF_8)
                    .newDecoder()
                    .decode(ByteBuffer.wrap(xml, marked ? 3 : 0, xml.length - (marked ? 3 : 0)));
            char[] text = new char[decoded.remaining()];
            decoded.get(text).flip();
            Arrays.fill(decoded.array(), ' ');
            return text;
        } catch (CharacterCodingException e) {
            throw MediaException.malformed("The CPIX document is neither UTF-8 nor UTF-16.");
        }
    }

    private static SAXParser parser() throws ParserConfigurationException, SAXException {
        SAXParserFactory factory = SAXParserFactory.newDefaultNSInstance();
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        factory.setFeature(NO_DOCUMENT_TYPE, true);
        factory.setXIncludeAware(false);
        return factory.newSAXParser();
    }

    private static DocumentBuilderFactory factory() throws ParserConfigurationException {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultNSInstance();
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        factory.setFeature(NO_DOCUMENT_TYPE, true);
        factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_DTD, "");
        factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
        factory.setXIncludeAware(false);
        factory.setExpandEntityReferences(false);
        return factory;
    }

    static Document empty() {
        try {
            return factory().newDocumentBuilder().newDocument();
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("the platform's own parser knows its features", e);
        }
    }

    static byte[] write(Document document) {
        try {
            TransformerFactory factory = TransformerFactory.newDefaultInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            Transformer transformer = factory.newTransformer();
            document.setXmlStandalone(true);
            transformer.setOutputProperty(OutputKeys.ENCODING, "UTF-8");
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            transformer.transform(new DOMSource(document), new StreamResult(out));
            return out.toByteArray();
        } catch (TransformerException e) {
            throw new IllegalStateException("a tree in memory is written without failure", e);
        }
    }

    static boolean is(Node node, String namespace, String name) {
        return namespace.equals(node.getNamespaceURI()) && name.equals(node.getLocalName());
    }

    static List<Element> children(Element parent, String namespace, String name) {
        List<Element> found = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element && is(element, namespace, name)) {
                found.add(element);
            }
        }
        return found;
    }

    static Optional<Element> child(Element parent, String namespace, String name) {
        List<Element> found = children(parent, namespace, name);
        if (found.size() > 1) {
            throw MediaException.malformed("The CPIX document has more than one " + name + " in one place.");
        }
        return found.stream().findFirst();
    }

    static Element append(Node parent, String namespace, String qualifiedName) {
        Document owner = parent instanceof Document document ? document : parent.getOwnerDocument();
        Element element = owner.createElementNS(namespace, qualifiedName);
        parent.appendChild(element);
        return element;
    }

    /** Counts elements, attributes and levels; keeps nothing. */
    private static final class Bounds extends DefaultHandler {
        private int nodes;
        private int depth;

        @Override
        public void startElement(String uri, String name, String qualified, Attributes attributes) {
            nodes += 1 + attributes.getLength();
            if (++depth > MAX_DEPTH || nodes > MAX_NODES) {
                throw new MediaException(
                        MediaErrorCode.EXHAUSTED,
                        "A CPIX document has at most " + MAX_DEPTH + " levels and " + MAX_NODES
                                + " elements and attributes; this one has more.");
            }
        }

        @Override
        public void endElement(String uri, String name, String qualified) {
            depth--;
        }

        @Override
        public void fatalError(SAXParseException e) throws SAXException {
            throw e;
        }
    }

    /** The default handler prints what it finds. */
    private enum Silent implements ErrorHandler {
        INSTANCE;

        @Override
        public void warning(SAXParseException e) {}

        @Override
        public void error(SAXParseException e) throws SAXException {
            throw e;
        }

        @Override
        public void fatalError(SAXParseException e) throws SAXException {
            throw e;
        }
    }
}
