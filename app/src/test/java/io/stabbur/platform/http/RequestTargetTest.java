package io.stabbur.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestTargetTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '~',
      value = {
        "/rest/v1/items?select=a&id=eq.1, /rest/v1/items?select=a&id=eq.1",
        "/rest/v1/items?select=data->>name, /rest/v1/items?select=data-%3E%3Ename",
        "/rest/v1/items?a=in.(\"x\"|{y}), /rest/v1/items?a=in.(%22x%22%7C%7By%7D)",
        "/a\\b^`, /a%5Cb%5E%60",
        "/100%, /100%25",
        "/100%2, /100%252",
        "/100%zz, /100%25zz",
        "/100%c3%A5, /100%c3%A5",
        "/\u00c3\u00a5, /%C3%A5",
        "/a?b[]=1, /a?b[]=1",
      })
  void whatMayNotStandInATargetIsPercentEncoded(String sent, String read) {
    assertThat(RequestTarget.encoded(sent)).isEqualTo(read);
  }

  @ParameterizedTest
  @CsvSource({
    "/rest/v1/t?a=http://x/y, /rest/v1/t?a=http://x/y, ",
    "//x/rest/v1/t, //x/rest/v1/t, ",
    "http://x/rest/v1/t?a=b, /rest/v1/t?a=b, x",
    "HTTP://a:b@x:81/rest/v1/t, /rest/v1/t, x:81",
    "http://x@y@[::1]:81/console, /console, [::1]:81",
    "http://x, /, x",
    "http://x?a=/b, /?a=/b, x",
    "http:///rest/v1/t, /rest/v1/t, ",
    "http:/rest/v1/t, /http:/rest/v1/t, ",
    "rest/v1/t, /rest/v1/t, ",
    "?a=b, /?a=b, ",
    "*, /*, ",
    "x:443, /x:443, ",
  })
  void eachFormOfATargetBeginsWithASlash(String sent, String read, @Nullable String host) {
    assertThat(RequestTarget.originForm(sent)).isEqualTo(read);
    assertThat(RequestTarget.host(sent)).isEqualTo(Optional.ofNullable(host));
  }

  @Test
  void aLongTargetOfManyPartsIsRead() {
    var sent = "x://" + "a@bb@".repeat(12_000) + "h/p";
    assertThat(RequestTarget.originForm(sent)).isEqualTo("/p");
    assertThat(RequestTarget.host(sent)).hasValue("h");
  }
}
