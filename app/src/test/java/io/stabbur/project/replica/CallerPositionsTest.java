package io.stabbur.project.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.db.WalPosition;
import io.stabbur.platform.share.Share;
import org.junit.jupiter.api.Test;

class CallerPositionsTest {
  private static final Share ANNA = Share.of(Share.Lane.USER, "anna");
  private static final Share BERIT = Share.of(Share.Lane.USER, "berit");
  private final CallerPositions positions = new CallerPositions();

  private static WalPosition at(long value) {
    return new WalPosition(value);
  }

  @Test
  void eachCallerMustSeeTheirOwnWrites() {
    assertThat(positions.of(BERIT)).isEqualTo(WalPosition.START);
    positions.committed(ANNA, at(20), false);
    positions.committed(ANNA, at(10), false);

    assertThat(positions.of(ANNA)).isEqualTo(at(20));
    assertThat(positions.of(BERIT)).isEqualTo(WalPosition.START);
  }

  @Test
  void aUserIsTheSameInEachOrganization() {
    positions.committed(Share.ofMember("first", "anna"), at(20), false);
    positions.committed(BERIT, at(30), false);

    assertThat(positions.of(Share.ofMember("second", "anna"))).isEqualTo(at(20));
  }

  @Test
  void whoIsNewMustSeeAllThatWasWritten() {
    positions.committed(Share.APPLIANCE, at(20), false);

    assertThat(positions.of(ANNA)).isEqualTo(at(20));
    positions.committed(Share.APPLIANCE, at(30), false);
    assertThat(positions.of(ANNA)).as("once known, only their own").isEqualTo(at(20));
  }

  @Test
  void everybodyMustSeeAChangeOfRights() {
    assertThat(positions.of(BERIT)).isEqualTo(WalPosition.START);
    positions.committed(ANNA, at(20), true);
    positions.committed(ANNA, at(30), false);

    assertThat(positions.of(BERIT)).isEqualTo(at(20));
  }

  @Test
  void whoIsForgottenMissesNothing() {
    positions.committed(ANNA, at(1), false);
    for (int each = 0; each < 30_000; each++) {
      positions.committed(Share.of(Share.Lane.USER, "user " + each), at(2 + each), false);
    }

    assertThat(positions.of(ANNA).value()).isGreaterThanOrEqualTo(30_000);
  }

  @Test
  void positionsAreWrittenAsPostgresWritesThem() {
    var position = WalPosition.parse("16/B374D848").orElseThrow();

    assertThat(position).hasToString("16/B374D848");
    assertThat(position.isAfter(WalPosition.parse("16/B374D847").orElseThrow())).isTrue();
    assertThat(WalPosition.parse("FFFFFFFF/0").orElseThrow().isAfter(position)).isTrue();
    assertThat(WalPosition.parse("soon")).isEmpty();
    assertThat(WalPosition.parse("123456789/0")).isEmpty();
    assertThat(WalPosition.parse(null)).isEmpty();
  }
}
