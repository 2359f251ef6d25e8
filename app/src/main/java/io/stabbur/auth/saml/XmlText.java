package io.stabbur.auth.saml;

import java.io.ByteArrayOutputStream;
import org.apache.xml.security.Init;
import org.apache.xml.security.c14n.Canonicalizer;
import org.apache.xml.security.exceptions.XMLSecurityException;
import org.w3c.dom.Element;

/// An element as bytes that stand for themselves: namespaces declared, comments left out.
final class XmlText {
  static {
    Init.init();
  }

  private XmlText() {}

  static byte[] of(Element element) throws XMLSecurityException {
    var out = new ByteArrayOutputStream();
    // inclusive: what is declared further up is declared here too
    Canonicalizer.getInstance(Canonicalizer.ALGO_ID_C14N_OMIT_COMMENTS)
        .canonicalizeSubtree(element, out);
    return out.toByteArray();
  }
}
