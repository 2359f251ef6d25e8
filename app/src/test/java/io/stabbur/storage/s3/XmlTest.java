package io.stabbur.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.stabbur.platform.error.ApiException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class XmlTest {
  @Test
  void elementsAreWrittenInOrder() {
    assertThat(
            Xml.of("List")
                .text("Name", "a")
                .text("None", null)
                .open("C")
                .text("P", "")
                .close("C")
                .end())
        .isEqualTo(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><List"
                + " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>a</Name><C><P></P></C></List>");
    assertThat(Xml.plain("Error").end())
        .isEqualTo("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error></Error>");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "<a>&\"'", "]]>", "a\tb\nc\rd", "å😀", "&amp;", " a "})
  void whatIsWrittenIsReadAgain(String text) {
    var xml = utf8(Xml.of("R").open("E").text("Key", text).close("E").end());

    assertThat(Xml.first(xml, "Key")).isEqualTo(text);
    assertThat(Xml.each(xml, "E", 1)).containsExactly(Map.of("Key", text));
  }

  @Test
  void signsThatXmlCannotHoldAreLeftOut() {
    assertThat(Xml.first(utf8(Xml.of("R").text("Key", "a\u0000b\u0001c\u001bd").end()), "Key"))
        .isEqualTo("abcd");
  }

  @Test
  void elementsOfOneNameAreReadInOrder() {
    var xml =
        utf8(
            """
            <Delete><Quiet>true</Quiet>
              <Object><Key>a</Key><VersionId>1</VersionId></Object>
              <Object/><Object><Key>b</Key></Object>
            </Delete>\
            """);

    assertThat(Xml.each(xml, "Object", 3))
        .isEqualTo(List.of(Map.of("Key", "a", "VersionId", "1"), Map.of(), Map.of("Key", "b")));
    assertThat(Xml.each(xml, "Other", 0)).isEmpty();
    assertThat(Xml.first(xml, "Quiet")).isEqualTo("true");
    assertThat(Xml.first(xml, "Other")).isNull();
    assertThatExceptionOfType(ApiException.class).isThrownBy(() -> Xml.each(xml, "Object", 2));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "<a>",
        "<a></b>",
        "<a>&undefined;</a>",
        "<Object><Key>a</Object>",
        "<Object><Key><Nested/></Key></Object>"
      })
  void brokenXmlIsRefused(String xml) {
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> Xml.each(utf8(xml), "Object", 10));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a><Key>&x;</Key></a>",
        "<!DOCTYPE a [<!ENTITY x \"secret\">]><a><Key>&x;</Key></a>",
        "<!DOCTYPE a SYSTEM \"http://127.0.0.1:1/x.dtd\"><a><Key>&x;</Key></a>"
      })
  void entitiesAreNotResolved(String xml) {
    assertThat(String.valueOf(Xml.first(utf8(xml), "Key"))).doesNotContain("secret", "root:");
  }

  @Test
  void oneElementHasABoundedNumberOfChildren() {
    var most = utf8("<Object>" + "<K>a</K>".repeat(32) + "</Object>");
    var more = utf8("<Object>" + "<K>a</K>".repeat(33) + "</Object>");

    assertThat(Xml.each(most, "Object", 1)).hasSize(1);
    assertThatExceptionOfType(ApiException.class).isThrownBy(() -> Xml.each(more, "Object", 1));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
