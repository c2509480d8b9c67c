package io.headend.testkit;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Elements indented, attributes sorted, text without the white space round it; comments and white space are left out. */
final class XmlDump {

    private final StringBuilder out = new StringBuilder();
    private int depth;

    private XmlDump() {}

    static String dump(String document) {
        XMLInputFactory factory = XMLInputFactory.newFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        XmlDump dump = new XmlDump();
        try {
            XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(document));
            while (reader.hasNext()) {
                dump.event(reader, reader.next());
            }
        } catch (XMLStreamException e) {
            dump.line("malformed: line " + e.getLocation().getLineNumber() + ", column "
                    + e.getLocation().getColumnNumber());
        }
        return dump.out.toString();
    }

    private void event(XMLStreamReader reader, int event) {
        switch (event) {
            case XMLStreamConstants.START_ELEMENT -> start(reader);
            case XMLStreamConstants.END_ELEMENT -> depth--;
            case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
                String text = reader.getText().strip();
                if (!text.isEmpty()) {
                    line("= " + text);
                }
            }
            default -> {
                // Comments and instructions do not change what a manifest means.
            }
        }
    }

    private void start(XMLStreamReader reader) {
        line(name(reader.getPrefix(), reader.getLocalName()));
        depth++;
        List<String> attributes = new ArrayList<>();
        for (int i = 0; i < reader.getNamespaceCount(); i++) {
            String prefix = reader.getNamespacePrefix(i);
            attributes.add("@xmlns" + (prefix == null ? "" : ":" + prefix) + "=" + reader.getNamespaceURI(i));
        }
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            attributes.add("@" + name(reader.getAttributePrefix(i), reader.getAttributeLocalName(i)) + "="
                    + reader.getAttributeValue(i));
        }
        Collections.sort(attributes);
        attributes.forEach(this::line);
    }

    private static String name(String prefix, String local) {
        return prefix == null || prefix.isEmpty() ? local : prefix + ":" + local;
    }

    private void line(String text) {
        out.append("  ".repeat(depth)).append(text).append('\n');
    }
}
