package io.stabbur.auth.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.identity.Claims;
import io.stabbur.platform.json.Json;
import org.junit.jupiter.api.Test;

/// Whose word on an address is taken.
class OidcProfileTest {
  @Test
  void aProviderOfOneHouseIsBelieved() {
    assertThat(verified(false, "\"email_verified\":true")).isTrue();
    assertThat(verified(false, "\"email_verified\":\"true\"")).isTrue();
    assertThat(verified(false, "\"xms_edov\":1")).isTrue();
    assertThat(verified(false, "\"email_verified\":false")).isFalse();
    assertThat(verified(false, "\"email_verified\":\"yes\"")).isFalse();
    assertThat(verified(false, "\"email_verified\":\"1\"")).isFalse();
    assertThat(verified(false, "\"email_verified\":1")).isFalse();
    assertThat(verified(false, "\"email_verified\":{\"true\":true}")).isFalse();
    assertThat(verified(false, "\"x\":1")).isFalse();
  }

  @Test
  void theAdministratorOfSomeTenantIsNot() {
    assertThat(verified(true, "\"email_verified\":true")).isFalse();
    assertThat(verified(true, "\"email_verified\":\"true\",\"xms_edov\":false")).isFalse();
    assertThat(verified(true, "\"xms_edov\":true")).isTrue();
    assertThat(verified(true, "\"xms_edov\":\"1\"")).isTrue();
  }

  @Test
  void tenantsAreToldByTheIssuerThatIsPublished() {
    assertThat(discovery("https://login.example/{tenantid}/v2.0").isForManyTenants()).isTrue();
    assertThat(discovery("https://login.example/7f3a/v2.0").isForManyTenants()).isFalse();
  }

  @Test
  void namesOfParametersAreEncodedAsTheirValuesAre() {
    var form = ProviderHttp.form(java.util.Map.of("x&redirect_uri=https://evil.example/", "1&y=2"));

    assertThat(form).isEqualTo("x%26redirect_uri%3Dhttps%3A%2F%2Fevil.example%2F=1%26y%3D2");
  }

  private static OidcKeys.Discovery discovery(String issuer) {
    return new OidcKeys.Discovery(issuer, "", "", "", Json.parse("{}"));
  }

  private static boolean verified(boolean manyTenants, String claim) {
    var json = "{\"sub\":\"s\",\"email\":\"chief@example.org\",%s}".formatted(claim);
    var profile = OidcProvider.profile(Claims.of(Json.parse(json)), manyTenants);
    assertThat(profile.email()).isEqualTo("chief@example.org");
    return profile.emailVerified();
  }
}
