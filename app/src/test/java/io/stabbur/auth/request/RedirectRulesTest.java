package io.stabbur.auth.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedirectRulesTest {
  private final RedirectRules rules =
      new RedirectRules(
          URI.create("https://app.example.org/start"),
          List.of(
              "https://*.preview.example.org/**",
              "https://shop.example.org/callback",
              "https://one.example.org/*",
              "myapp://**",
              "org.example.app:/callback",
              "http://localhost:3000/**",
              "https://exact.example.org/x?flow=*"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://app.example.org",
        "https://app.example.org/",
        "https://app.example.org/anywhere?x=1#y",
        "https://APP.example.org/start",
        "https://a.preview.example.org/deep/path.html",
        "https://shop.example.org/callback",
        "https://shop.example.org/callback#x",
        "https://one.example.org/page",
        "myapp://login",
        "myapp://login-callback/path?x=1",
        "org.example.app:/callback",
        "http://localhost:3000/x",
        "http://127.0.0.1:8080/callback",
        "http://[::1]:9999/",
        "https://exact.example.org/x?flow=abc"
      })
  void allowed(String address) {
    assertThat(rules.allows(address)).isTrue();
    assertThat(rules.choose(address)).isEqualTo(address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "/",
        "//",
        "//evil.example.com",
        "///evil.example.com",
        "/\\evil.example.com",
        "\\\\evil.example.com",
        "https:evil.example.com",
        "https:/evil.example.com",
        "https:///evil.example.com",
        "https://evil.example.com",
        "https://evil.example.com/https://app.example.org",
        "https://evil.example.com?https://app.example.org",
        "https://evil.example.com#https://app.example.org",
        "https://evil.example.com/.preview.example.org/",
        "https://evil.example.com?x=.preview.example.org/",
        "https://evil.example.com#.preview.example.org/",
        "https://evil.com%2f.preview.example.org/",
        "https://evil.com\\.preview.example.org/",
        "https://evil.com/.preview.example.org",
        "https://a.b.preview.example.org/",
        "https://preview.example.org/",
        "https://app.example.org.evil.com",
        "https://app.example.org@evil.com",
        "https://app.example.org:secret@evil.com",
        "https://app.example.org:443@evil.com/",
        "https://evil.com@app.example.org.evil.com",
        "https://user@app.example.org/",
        "https://app.example.org%2eevil.com/",
        "https://app.example.org%00.evil.com",
        "https://app.example.org\\.evil.com",
        "https://app.example.org\\@evil.com",
        "https://app.example.org\t.evil.com",
        "https://app.example.org\n.evil.com",
        "https://app.example.org\r\nLocation: https://evil.com",
        " https://app.example.org",
        "https://app.example.org ",
        "http://app.example.org",
        "https://app.example.org:8443",
        "ftp://app.example.org",
        "https://xapp.example.org",
        "https://appxexample.org",
        "https://shop.example.org/callback/more",
        "https://shop.example.org/callbackx",
        "https://shop.example.org/callback?x=1",
        "https://shop.example.org/",
        "https://one.example.org/a/b",
        "https://one.example.org/a.html",
        "https://1249763844/",
        "https://0x7f000001/",
        "https://2130706433/",
        "https://10.0.0.1/",
        "https://192.168.1.1/callback",
        "https://[2001:db8::1]/",
        "https://127.0.0.1.evil.com/",
        "https://localhost.evil.com/",
        "javascript:alert(1)",
        "javascript://app.example.org/%0aalert(1)",
        "javascript://127.0.0.1/%0aalert(1)",
        "JaVaScRiPt://localhost/%0aalert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "blob:https://app.example.org/x",
        "view-source:https://app.example.org",
        "otherapp://login",
        "myapp:login",
        "xmyapp://login",
        "org.example.app:/callback2",
        "https://exact.example.org/x?flow=a.b",
        "https://exact.example.org/x?other=1",
        "https://аpp.example.org/",
        "https://app。example.org/"
      })
  void refusedWithoutAnError(String address) {
    assertThat(rules.allows(address)).isFalse();
    assertThat(rules.choose(address)).isEqualTo("https://app.example.org/start");
  }
}
