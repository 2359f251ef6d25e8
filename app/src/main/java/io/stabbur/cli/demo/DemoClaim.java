package io.stabbur.cli.demo;

import io.micronaut.json.tree.JsonNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What a peer mentor wants back for an activity, with its receipt: four photographs to one PDF.
record DemoClaim(int number) {
  static final int COUNT = 500;
  private static final int ACTIVITIES_APART = DemoActivity.COUNT / COUNT;
  private static final Set<String> DECIDED = Set.of("approved", "rejected", "paid");

  static DemoClaim of(int number) {
    return new DemoClaim(number);
  }

  UUID id() {
    return DemoRow.id("claim", number);
  }

  String receiptPath() {
    return "%s/%s/receipt-%d.%s"
        .formatted(
            activity().organization().id(),
            activity().mentor().id(),
            number,
            isPdf() ? "pdf" : "jpg");
  }

  String mediaType() {
    return isPdf() ? "application/pdf" : "image/jpeg";
  }

  byte[] receipt() {
    return isPdf() ? DemoReceipt.pdf(number, cents()) : DemoReceipt.jpeg(number, cents());
  }

  JsonNode row() {
    var status = DemoRow.pick(number, 22, "draft", "submitted", "approved", "rejected", "paid");
    boolean decided = DECIDED.contains(status);
    return new DemoRow()
        .put("id", id())
        .put("organization_id", activity().organization().id())
        .put("user_id", activity().mentor().id())
        .put("activity_id", activity().id())
        .put("kind", "receipt")
        .put("amount", BigDecimal.valueOf(cents(), 2))
        .put("description", DemoRow.pick(number, 23, "Buss", "Tog", "Parkering", "Kaffe", "Kino"))
        .put("receipt_path", receiptPath())
        .put("status", status)
        .put("decided_by", decided ? decider() : null)
        .put("decided_at", decided ? activity().when().plus(Duration.ofDays(3)) : null)
        .node();
  }

  private @Nullable UUID decider() {
    return new DemoPerson(activity().organization(), 1 + DemoRow.pick(number, 24, 4)).id();
  }

  private DemoActivity activity() {
    return DemoActivity.of(number * ACTIVITIES_APART);
  }

  private boolean isPdf() {
    return number % 5 == 4;
  }

  private int cents() {
    return 2_000 + DemoRow.pick(number, 21, 80_000);
  }
}
