package io.headend.formats.text;

import io.headend.core.MediaException;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.ErrorHandler;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/**
 * A TTML document (W3C TTML 2, IMSC 1), of which stretches can be taken: paragraphs keep their times, styles and regions, and those that
 * are not shown are left out.
 *
 * <p><b>Threading:</b> one thread at a time.
 */
public final class TtmlDocument {

    private static final String TTML = "http://www.w3.org/ns/ttml";
    private static final String PARAMETERS = "http://www.w3.org/ns/ttml#parameter";
    private static final Pattern CLOCK =
            Pattern.compile("(\\d{2,5}):(\\d{2}):(\\d{2})(?:\\.(\\d{1,9})|:(\\d{2,4})(?:\\.\\d+)?)?");
    private static final Pattern OFFSET = Pattern.compile("(\\d{1,12}(?:\\.\\d{1,9})?)(h|m|s|ms|f|t)");
    private static final int MOST_PARAGRAPHS = 500_000;
    private static final int MOST_DEPTH = 64;

    private final Document document;
    private final BigDecimal frameRate;
    private final BigDecimal tickRate;
    private final List<Paragraph> paragraphs = new ArrayList<>();

    private record Paragraph(Element element, long start, long end) {}

    private TtmlDocument(Document document) {
        this.document = document;
        Element root = document.getDocumentElement();
        if (!"tt".equals(root.getLocalName()) || !TTML.equals(root.getNamespaceURI())) {
            throw MediaException.malformed("its root is no tt of TTML");
        }
        BigDecimal frames = number(root, "frameRate", "30");
        String[] factor =
                root.getAttributeNS(PARAMETERS, "frameRateMultiplier").strip().split("\\s+", -1);
        if (factor.length == 2 && factor[0].matches("\\d{1,6}") && factor[1].matches("[1-9]\\d{0,5}")) {
            frames = frames.multiply(new BigDecimal(factor[0]))
                    .divide(new BigDecimal(factor[1]), 9, RoundingMode.HALF_UP);
        }
        this.frameRate = frames;
        this.tickRate = number(root, "tickRate", "1");
        walk(root, 0, Long.MAX_VALUE, 0);
    }

    /**
     * Reads a document.
     *
     * @throws MediaException {@code MALFORMED} if it is no TTML; document types and entities are refused
     */
    public static TtmlDocument parse(String text) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultNSInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            DocumentBuilder builder = factory.newDocumentBuilder();
            builder.setErrorHandler(new Strict());
            String xml = text.startsWith("\uFEFF") ? text.substring(1) : text;
            return new TtmlDocument(builder.parse(new InputSource(new StringReader(xml))));
        } catch (SAXException | IOException e) {
            throw MediaException.malformed("it is no XML: " + e.getMessage());
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("the XML parser of the JDK lacks a feature", e);
        }
    }

    private static BigDecimal number(Element root, String attribute, String otherwise) {
        String said = root.getAttributeNS(PARAMETERS, attribute).strip();
        return new BigDecimal(said.matches("[1-9]\\d{0,9}") ? said : otherwise);
    }

    private void walk(Element element, long from, long to, int depth) {
        if (depth > MOST_DEPTH) {
            throw MediaException.malformed("its elements are nested more than " + MOST_DEPTH + " deep");
        }
        long start = from + millis(element, "begin", 0);
        long length = millis(element, "dur", Long.MAX_VALUE);
        long end = Math.min(to, plus(from, millis(element, "end", Long.MAX_VALUE)));
        end = Math.min(end, plus(start, length));
        if ("p".equals(element.getLocalName())) {
            if (paragraphs.size() == MOST_PARAGRAPHS) {
                throw MediaException.malformed("it has more than " + MOST_PARAGRAPHS + " paragraphs");
            }
            paragraphs.add(new Paragraph(element, start, end));
            return;
        }
        NodeList children = element.getChildNodes();
        for (@Nullable Node node = children.getLength() == 0 ? null : element.getFirstChild();
                node != null;
                node = node.getNextSibling()) {
            if (node instanceof Element child) {
                walk(child, start, end, depth + 1);
            }
        }
    }

    private static long plus(long time, long length) {
        return length == Long.MAX_VALUE ? length : time + length;
    }

    private long millis(Element element, String attribute, long otherwise) {
        String said = element.getAttribute(attribute).strip();
        if (said.isEmpty()) {
            return otherwise;
        }
        Matcher clock = CLOCK.matcher(said);
        if (clock.matches()) {
            BigDecimal seconds = new BigDecimal(clock.group(1))
                    .multiply(BigDecimal.valueOf(3600))
                    .add(new BigDecimal(clock.group(2)).multiply(BigDecimal.valueOf(60)))
                    .add(new BigDecimal(clock.group(3)));
            if (clock.group(4) != null) {
                seconds = seconds.add(new BigDecimal("0." + clock.group(4)));
            } else if (clock.group(5) != null) {
                seconds = seconds.add(new BigDecimal(clock.group(5)).divide(frameRate, 9, RoundingMode.HALF_UP));
            }
            return rounded(seconds);
        }
        Matcher offset = OFFSET.matcher(said);
        if (!offset.matches()) {
            throw MediaException.malformed("'" + said + "' is no time of TTML");
        }
        BigDecimal count = new BigDecimal(offset.group(1));
        return rounded(
                switch (offset.group(2)) {
                    case "h" -> count.multiply(BigDecimal.valueOf(3600));
                    case "m" -> count.multiply(BigDecimal.valueOf(60));
                    case "ms" -> count.movePointLeft(3);
                    case "f" -> count.divide(frameRate, 9, RoundingMode.HALF_UP);
                    case "t" -> count.divide(tickRate, 9, RoundingMode.HALF_UP);
                    default -> count;
                });
    }

    private static long rounded(BigDecimal seconds) {
        return seconds.movePointRight(3).setScale(0, RoundingMode.HALF_UP).longValueExact();
    }

    /** The language that it says, empty where it says none. */
    public String language() {
        return document.getDocumentElement().getAttributeNS(XMLConstants.XML_NS_URI, "lang");
    }

    /** How many paragraphs it has. */
    public int size() {
        return paragraphs.size();
    }

    /** Milliseconds at which the last paragraph that ends does so; 0 where there is none. */
    public long end() {
        return paragraphs.stream()
                .mapToLong(Paragraph::end)
                .filter(end -> end < Long.MAX_VALUE)
                .max()
                .orElse(0);
    }

    /** The document of a stretch, in UTF-8: paragraphs shown in it, with their own times. */
    public ByteBuffer between(long from, long to) {
        List<Removed> removed = new ArrayList<>();
        for (Paragraph paragraph : paragraphs) {
            if (paragraph.start() >= to || paragraph.end() <= from) {
                Node parent = paragraph.element().getParentNode();
                if (parent != null) {
                    Removed hole = new Removed(parent, paragraph.element(), document.createComment(""));
                    parent.replaceChild(hole.mark(), hole.element());
                    removed.add(hole);
                }
            }
        }
        try {
            String text = write();
            return ByteBuffer.wrap(text.replace("<!---->", "").getBytes(StandardCharsets.UTF_8));
        } finally {
            removed.forEach(hole -> hole.parent().replaceChild(hole.element(), hole.mark()));
        }
    }

    private record Removed(Node parent, Element element, Node mark) {}

    private String write() {
        try {
            TransformerFactory factory = TransformerFactory.newDefaultInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            Transformer transformer = factory.newTransformer();
            transformer.setOutputProperty(OutputKeys.ENCODING, "UTF-8");
            StringWriter out = new StringWriter();
            transformer.transform(new DOMSource(document), new StreamResult(out));
            return out.toString();
        } catch (TransformerException e) {
            throw new IllegalStateException("a document could not be written to memory", e);
        }
    }

    /** Says nothing to anybody and passes every error on. */
    private static final class Strict implements ErrorHandler {
        @Override
        public void warning(SAXParseException e) {
            // a document may be worth a warning and be shown all the same
        }

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
