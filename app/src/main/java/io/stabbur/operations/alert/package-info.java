/// Alerts: rules over the series of `/metrics`, judged inside, told to receivers, and exported for
/// Prometheus. Start at [AlertEngine]; the rules are in `rules.yml`.
@NullMarked
package io.stabbur.operations.alert;

import org.jspecify.annotations.NullMarked;
