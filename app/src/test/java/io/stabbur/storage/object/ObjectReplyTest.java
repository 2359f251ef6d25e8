package io.stabbur.storage.object;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.http.HttpResponse;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A stored file runs no script at this address, whatever it is said to be.
class ObjectReplyTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "image/svg+xml",
        "application/xhtml+xml",
        "text/xml",
        "application/pdf+xml",
        "application/pdfx",
        "application/octet-stream"
      })
  void whatABrowserMayOpenAsADocumentIsInASandbox(String type) {
    assertThat(policy(type)).contains("sandbox", "default-src 'none'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/pdf", "Application/PDF", "application/pdf; version=1.7"})
  void aPdfIsNot(String type) {
    assertThat(policy(type)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "text/html, text/plain",
    "TEXT/HTML; charset=utf-8, text/plain",
    "text/plain; a=text/html, text/plain",
    "text/css, text/css"
  })
  void aPageIsSentAsText(String stored, String sent) {
    assertThat(ObjectReply.safeType(stored)).isEqualTo(sent);
  }

  private static String policy(String type) {
    var response = HttpResponse.ok();
    response.header("Content-Type", type);
    ObjectReply.disarm(response);
    assertThat(response.getHeaders().get("X-Content-Type-Options")).isEqualTo("nosniff");
    var policy = response.getHeaders().get("Content-Security-Policy");
    return policy == null ? "" : policy;
  }
}
