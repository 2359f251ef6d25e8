/// Metrics: what `/metrics` says. Requests, pools and connections are counted where they happen;
/// databases and disks are sampled by chores, so that a scrape asks nobody. Start at
/// [PostgresSampler] and [MetricsController].
@NullMarked
package io.stabbur.operations.metric;

import org.jspecify.annotations.NullMarked;
