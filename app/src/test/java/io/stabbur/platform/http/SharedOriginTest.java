package io.stabbur.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What functions and SQL of a project may send to browsers at the address of the console.
class SharedOriginTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | ``",
        "a=1 | a=1",
        "a=1; b=2 | a=1; b=2",
        "stabbur_session=x | ``",
        "stabbur_session=x; a=1 | a=1",
        "a=1; stabbur_session=x | a=1",
        "a=1;stabbur_session=x;b=2 | a=1; b=2",
        "a=1; stabbur_session=x; stabbur_form=y; b=2 | a=1; b=2",
        "a=1;   stabbur_session=x | a=1",
        "a=stabbur_session | a=stabbur_session",
        "my_stabbur_x=1 | my_stabbur_x=1",
        "Stabbur_session=x | Stabbur_session=x",
        "stabbur_ | ``",
        "stabbur_session | ``"
      })
  void theAppliancesOwnCookiesAreTakenOutOfARequest(String cookies, String foreign) {
    assertThat(SharedOrigin.foreign(cookies)).isEqualTo(foreign);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "stabbur_session=x; Path=/ | true",
        "`  stabbur_session=` | true",
        "stabbur_ | true",
        "a=stabbur_ | false",
        "stabbur=1 | false",
        "`` | false"
      })
  void aCookieOfTheApplianceIsKnownByItsName(String cookie, boolean isOwn) {
    assertThat(SharedOrigin.isOwn(cookie)).isEqualTo(isOwn);
  }

  /// Types in which at least one browser runs scripts, or which none takes for a type.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/html",
        "TEXT/HTML; charset=utf-8",
        " text/html ",
        "text/html;x=\"application/json\"",
        "application/xhtml+xml",
        "application/xml",
        "text/xml",
        "image/svg+xml",
        "application/mathml+xml",
        "application/vnd.wap.xhtml+xml",
        "text/xsl",
        "text/rdf",
        "multipart/x-mixed-replace; boundary=x",
        "",
        " ",
        ";charset=utf-8",
        "html",
        "text",
        "text/",
        "/html",
        "text html",
        "text/html/x",
        "text/pla in",
        "text/plain\u00e5",
        "*/*",
        "unknown/unknown",
        "application/unknown"
      })
  void whatABrowserMayTakeForAPageIsOne(String type) {
    assertThat(SharedOrigin.isPage(List.of(type))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "application/json; charset=utf-8",
        "Application/JSON;x=html",
        "text/plain",
        "text/csv; header=present",
        "text/event-stream",
        "application/octet-stream",
        "application/vnd.pgrst.object+json;nulls=stripped",
        "image/png",
        "application/pdf",
        "application/javascript",
        "application/geo+json",
        "x!#$%&'*+-.^_`|~0/x!#$%&'*+-.^_`|~9"
      })
  void dataIsNoPage(String type) {
    assertThat(SharedOrigin.isPage(List.of(type))).isFalse();
  }

  @Test
  void contentWithoutATypeMayBeAPage() {
    assertThat(SharedOrigin.isPage(List.of())).isTrue();
  }

  /// Browsers take the last of several types that they can read, in one header or in several.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application/json ! text/html | true",
        "text/html ! application/json | true",
        "application/json, text/html | true",
        "application/json,image/svg+xml;a=b | true",
        "application/json, | true",
        "application/json ! text/plain | false",
        "application/json, text/plain | false"
      })
  void oneOfSeveralTypesIsEnough(String types, boolean isPage) {
    assertThat(SharedOrigin.isPage(Arrays.asList(types.split(" ! ", -1)))).isEqualTo(isPage);
  }

  @Test
  void aLongTypeIsReadInTimeOfItsLength() {
    var endless = "a".repeat(1_000_000);

    assertThat(SharedOrigin.isPage(List.of(endless))).isTrue();
    assertThat(SharedOrigin.isPage(List.of(endless + "/" + endless))).isFalse();
  }
}
