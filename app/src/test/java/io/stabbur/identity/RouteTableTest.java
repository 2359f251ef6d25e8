package io.stabbur.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.identity.RouteRule.Access;
import io.stabbur.identity.RouteRule.Body;
import io.stabbur.identity.RouteRule.Tokens;
import io.stabbur.testing.TestServer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which rule a request meets, and what the rooms of the product say of their routes.
class RouteTableTest {
  private static final RouteRule ROOM = RouteRule.under("/toy/v1").with(Body.STREAMED);

  private static RouteTable table(RouteRule... rules) {
    return new RouteTable(List.of(() -> List.of(rules)));
  }

  @Test
  void theLongestPathDecides() {
    var open = ROOM.with(Access.PUBLIC).at("/open");
    var table = table(ROOM, open);
    assertThat(table.find("GET", "/toy/v1")).isEqualTo(ROOM);
    assertThat(table.find("GET", "/toy/v1/other")).isEqualTo(ROOM);
    assertThat(table.find("GET", "/toy/v1/open")).isEqualTo(open);
    assertThat(table.find("GET", "/toy/v1/open/a/b/c")).isEqualTo(open);
  }

  @Test
  void aPathEndsAtASegment() {
    var table = table(ROOM);
    assertThat(table.find("GET", "/toy/v10").body()).isEqualTo(Body.BUFFERED);
    assertThat(table.find("GET", "/toy").body()).isEqualTo(Body.BUFFERED);
    assertThat(table.find("GET", "/toy/v1/").body()).isEqualTo(Body.STREAMED);
  }

  @Test
  void aRuleForTheMethodStandsBeforeTheRuleForAll() {
    var get = ROOM.forMethods("GET", "HEAD").with(Tokens.IGNORED);
    var table = table(ROOM, get);
    assertThat(table.find("HEAD", "/toy/v1/x")).isEqualTo(get);
    assertThat(table.find("POST", "/toy/v1/x")).isEqualTo(ROOM);
  }

  @Test
  void aRuleForAnotherMethodLeavesTheRuleAbove() {
    var table = table(ROOM, ROOM.forMethods("PUT").at("/sign").with(Tokens.IGNORED));
    assertThat(table.find("GET", "/toy/v1/sign/x")).isEqualTo(ROOM);
  }

  @Test
  void whatNoRoomNamesNeedsAnApiKey() {
    assertThat(table(ROOM).find("GET", "/elsewhere").access()).isEqualTo(Access.API_KEY);
    assertThat(table(ROOM).find("GET", "/").access()).isEqualTo(Access.API_KEY);
  }

  @Test
  void twoRulesForOnePathAreRefusedAtTheStart() {
    assertThatThrownBy(() -> table(ROOM, ROOM.with(Access.PUBLIC)))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> table(ROOM.forMethods("GET"), ROOM.forMethods("GET", "PUT")))
        .isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /, OPTIONAL, VERIFIED, BUFFERED",
    "GET, /health/readiness, PUBLIC, VERIFIED, BUFFERED",
    "GET, /metrics, PUBLIC, VERIFIED, BUFFERED",
    "GET, /rest/v1/activities, API_KEY, VERIFIED, BUFFERED",
    "POST, /admin/v1/organizations, API_KEY, VERIFIED, SMALL",
    "GET, /auth/v1/user, API_KEY, OWN, COUNTED",
    "POST, /auth/v1/token, API_KEY, OWN_IF_VALID, COUNTED",
    "POST, /auth/v1/sso, API_KEY, OWN_IF_VALID, COUNTED",
    "POST, /auth/v1/sso/saml/acs, OPTIONAL, OWN_IF_VALID, COUNTED",
    "GET, /auth/v1/verify, OPTIONAL, OWN_IF_VALID, COUNTED",
    "GET, /auth/v1/.well-known/jwks.json, OPTIONAL, OWN_IF_VALID, COUNTED",
    "GET, /storage/v1/object/public/b/k, OPTIONAL, IGNORED, STREAMED",
    "HEAD, /storage/v1/object/sign/b/k, OPTIONAL, IGNORED, STREAMED",
    "POST, /storage/v1/object/sign/b/k, OPTIONAL, VERIFIED, STREAMED",
    "PUT, /storage/v1/object/upload/sign/b/k, OPTIONAL, IGNORED, STREAMED",
    "POST, /storage/v1/object/upload/sign/b/k, OPTIONAL, VERIFIED, STREAMED",
    "PATCH, /storage/v1/upload/resumable/sign/x, OPTIONAL, IGNORED, STREAMED",
    "POST, /storage/v1/upload/resumable, OPTIONAL, VERIFIED, STREAMED",
  })
  void theRoomsOfTheProductSayHowTheyAreEntered(
      String method, String path, Access access, Tokens tokens, Body body) {
    var rule = TestServer.shared().bean(RouteTable.class).find(method, path);
    assertThat(rule.access()).isEqualTo(access);
    assertThat(rule.tokens()).isEqualTo(tokens);
    assertThat(rule.body()).isEqualTo(body);
  }
}
