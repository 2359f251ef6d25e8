package io.stabbur.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.attack.Canaries.Owner;
import io.stabbur.attack.Request.Header;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CanariesTest {
  private final Canaries canaries = new Canaries();
  private final String text = canaries.text(Owner.of("west"));

  @Test
  void aCanaryIsFoundInAnyText() {
    assertThat(canaries.in("{\"name\":\"" + text + "\"}")).containsExactly(text);
    assertThat(canaries.in("x" + text.toUpperCase(java.util.Locale.ROOT) + "@people.example"))
        .containsExactly(text);
    assertThat(canaries.in("kanari of nobody")).isEmpty();
  }

  @Test
  void aCanaryIsFoundInBase64() {
    assertThat(canaries.in("Location: /" + Shelf.base64("bucket/" + text + "/version")))
        .containsExactly(text);
  }

  @Test
  void anIdentifierIsFoundAlsoWithinALongerName() {
    var id = UUID.randomUUID().toString();
    canaries.register(id, Owner.of("west"));

    assertThat(canaries.in("a_" + id + "_b")).containsExactly(id);
    assertThat(canaries.in("/" + id + "/")).containsExactly(id);
    canaries.forget(id);
    assertThat(canaries.in(id)).isEmpty();
  }

  @Test
  void whoActsInOneOfTheOrganizationsMaySeeAndSoMayThePerson() {
    var owner = new Owner(Set.of("north", "south"), "somebody");

    assertThat(caller(Set.of("south"), "").maySee(owner)).isTrue();
    assertThat(caller(Set.of(), "somebody").maySee(owner)).isTrue();
    assertThat(caller(Set.of("west"), "").maySee(owner)).isFalse();
    assertThat(caller(Set.of(), "").maySee(new Owner(Set.of("north"), ""))).isFalse();
  }

  private static Caller caller(Set<String> homes, String person) {
    return new Caller("caller", homes, person, List.<Header>of(), null);
  }
}
