package io.stabbur.storage.s3;

import io.stabbur.platform.error.ApiException;
import io.stabbur.storage.StorageError;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/// XML as S3 speaks it: written element by element, read without DTDs or entities.
final class Xml {
  private static final String HEAD = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
  private static final String NAMESPACE = " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"";
  private static final int MOST_CHILDREN = 32;
  private final StringBuilder out = new StringBuilder(HEAD);
  private final String root;

  private Xml(String root, String attributes) {
    this.root = root;
    out.append('<').append(root).append(attributes).append('>');
  }

  static Xml of(String root) {
    return new Xml(root, NAMESPACE);
  }

  static Xml plain(String root) {
    return new Xml(root, "");
  }

  /// A text element; none for null.
  Xml text(String name, @Nullable String value) {
    if (value != null) {
      out.append('<').append(name).append('>').append(escape(value));
      out.append("</").append(name).append('>');
    }
    return this;
  }

  Xml open(String name) {
    out.append('<').append(name).append('>');
    return this;
  }

  Xml close(String name) {
    out.append("</").append(name).append('>');
    return this;
  }

  String end() {
    return out.append("</").append(root).append('>').toString();
  }

  private static String escape(String text) {
    var escaped = new StringBuilder(text.length() + 16);
    text.codePoints().forEach(point -> escape(escaped, point));
    return escaped.toString();
  }

  private static void escape(StringBuilder out, int point) {
    switch (point) {
      case '&' -> out.append("&amp;");
      case '<' -> out.append("&lt;");
      case '>' -> out.append("&gt;");
      case '"' -> out.append("&quot;");
      case '\r' -> out.append("&#13;");
      default -> {
        if (point >= 0x20 || point == '\n' || point == '\t') {
          out.appendCodePoint(point);
        }
      }
    }
  }

  /// The text children of every element of a name, in order; more than so many are refused.
  static List<Map<String, String>> each(byte[] body, String element, int most) {
    try {
      return read(factory().createXMLStreamReader(new ByteArrayInputStream(body)), element, most);
    } catch (XMLStreamException e) {
      throw new ApiException(
          new StorageError.Protocol(
              400, "MalformedXML", "The XML you provided was not well-formed"));
    }
  }

  /// The first text of an element of that name.
  static @Nullable String first(byte[] body, String name) {
    try {
      var reader = factory().createXMLStreamReader(new ByteArrayInputStream(body));
      while (reader.hasNext()) {
        if (reader.next() == XMLStreamConstants.START_ELEMENT
            && reader.getLocalName().equals(name)) {
          return reader.getElementText();
        }
      }
      return null;
    } catch (XMLStreamException e) {
      return null;
    }
  }

  private static XMLInputFactory factory() {
    var factory = XMLInputFactory.newFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    return factory;
  }

  private static List<Map<String, String>> read(XMLStreamReader reader, String element, int most)
      throws XMLStreamException {
    var found = new ArrayList<Map<String, String>>();
    while (reader.hasNext()) {
      if (reader.next() == XMLStreamConstants.START_ELEMENT
          && reader.getLocalName().equals(element)) {
        if (found.size() >= most) {
          throw new XMLStreamException("too many elements");
        }
        found.add(children(reader, element));
      }
    }
    return found;
  }

  private static Map<String, String> children(XMLStreamReader reader, String element)
      throws XMLStreamException {
    var texts = new LinkedHashMap<String, String>();
    int children = 0;
    while (reader.hasNext()) {
      int event = reader.next();
      if (event == XMLStreamConstants.START_ELEMENT) {
        if (++children > MOST_CHILDREN) {
          throw new XMLStreamException("too many elements in one");
        }
        texts.put(reader.getLocalName(), reader.getElementText());
      } else if (event == XMLStreamConstants.END_ELEMENT && reader.getLocalName().equals(element)) {
        return texts;
      }
    }
    throw new XMLStreamException("the element does not end");
  }
}
