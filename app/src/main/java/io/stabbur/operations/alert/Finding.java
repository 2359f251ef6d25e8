package io.stabbur.operations.alert;

import io.stabbur.platform.crypto.Crypto;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What a rule sees now of one group of labels.
record Finding(AlertRule rule, Map<String, String> labels, double value) {
  private static final int LENGTH = 16;

  Finding {
    labels = Map.copyOf(labels);
  }

  /// The same alert has the same one in all processes and at all times.
  String fingerprint() {
    var text =
        new TreeMap<>(labels)
            .entrySet().stream()
                .map(each -> each.getKey() + '=' + each.getValue())
                .collect(
                    Collectors.joining("\u0000", rule.name() + '\u0000' + rule.severity(), ""));
    return Crypto.sha256Hex(text).substring(0, LENGTH);
  }

  String project() {
    return labels.getOrDefault("project", "");
  }
}
