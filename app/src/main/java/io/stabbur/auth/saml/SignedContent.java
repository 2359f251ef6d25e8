package io.stabbur.auth.saml;

import java.io.IOException;
import java.security.PublicKey;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.xml.security.Init;
import org.apache.xml.security.exceptions.XMLSecurityException;
import org.apache.xml.security.signature.XMLSignature;
import org.apache.xml.security.transforms.Transforms;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/// Finds what an element's own signature covers. The answer is not the element but a document made
/// anew from the very bytes that were signed: whatever else stood around them, in front of them or
/// between their lines, as in signature wrapping, is gone.
///
/// A signature counts only where the standard puts it, as a child of what it signs, with one
/// reference to that parent's unique ID (SAML core 5.4).
final class SignedContent {
  private static final Set<String> ALGORITHMS =
      Set.of(
          "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
          "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
          "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
          "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1",
          "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
          "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384",
          "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512");
  private static final Set<String> DIGESTS =
      Set.of(
          "http://www.w3.org/2001/04/xmlenc#sha256",
          "http://www.w3.org/2001/04/xmldsig-more#sha384",
          "http://www.w3.org/2001/04/xmlenc#sha512");
  private static final Set<String> TRANSFORMS =
      Set.of(
          Transforms.TRANSFORM_ENVELOPED_SIGNATURE, Transforms.TRANSFORM_C14N_EXCL_OMIT_COMMENTS);

  static {
    Init.init();
  }

  private SignedContent() {}

  /// The signed content as a document of its own; nothing unless one of the keys signed it.
  static Optional<Document> of(Element element, List<PublicKey> keys) {
    var signatures = Xml.children(element, Xml.SIGNATURE, "Signature");
    var id = element.getAttributeNS(null, "ID");
    if (signatures.size() != 1 || id.isEmpty() || !isUnique(element.getOwnerDocument(), id)) {
      return Optional.empty();
    }
    element.setIdAttributeNS(null, "ID", true);
    try {
      var signature = new XMLSignature(signatures.getFirst(), "", true);
      return isStandard(signature, id) && keys.stream().anyMatch(key -> verifies(signature, key))
          ? Xml.parse(
              signature.getSignedInfo().getReferencedContentAfterTransformsItem(0).getBytes())
          : Optional.empty();
    } catch (XMLSecurityException | IOException _) {
      return Optional.empty();
    }
  }

  private static boolean isStandard(XMLSignature signature, String id) throws XMLSecurityException {
    var info = signature.getSignedInfo();
    if (info.getLength() != 1 || signature.getObjectLength() != 0) {
      return false;
    }
    var reference = info.item(0);
    if (!reference.getURI().equals("#" + id)
        || !ALGORITHMS.contains(info.getSignatureMethodURI())
        || !DIGESTS.contains(reference.getMessageDigestAlgorithm().getAlgorithmURI())
        || !Transforms.TRANSFORM_C14N_EXCL_OMIT_COMMENTS.equals(
            info.getCanonicalizationMethodURI())) {
      return false;
    }
    var transforms = reference.getTransforms();
    if (transforms == null || transforms.getLength() != 2) {
      return false;
    }
    // the last one makes the bytes, and makes them without comments
    return TRANSFORMS.contains(transforms.item(0).getURI())
        && transforms.item(1).getURI().equals(Transforms.TRANSFORM_C14N_EXCL_OMIT_COMMENTS);
  }

  private static boolean verifies(XMLSignature signature, PublicKey key) {
    try {
      return signature.checkSignatureValue(key);
    } catch (XMLSecurityException _) {
      return false;
    }
  }

  /// Whether no other element could be meant by this ID, however it is spelt.
  private static boolean isUnique(Document document, String id) {
    var all = document.getElementsByTagName("*");
    int found = 0;
    for (int i = 0; i < all.getLength(); i++) {
      if (all.item(i) instanceof Element element) {
        for (var name : List.of("ID", "Id", "id", "xml:id")) {
          found += element.getAttribute(name).equals(id) ? 1 : 0;
        }
      }
    }
    return found == 1;
  }
}
