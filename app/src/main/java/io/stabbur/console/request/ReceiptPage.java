package io.stabbur.console.request;

import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Page;
import java.time.Instant;
import java.util.Map;

/// That somebody was erased: shown once, to be printed for the person.
///
/// @param erased what was kept until then, counted
/// @param number of the journal's entry
public record ReceiptPage(
    Frame frame,
    String project,
    Subject subject,
    Map<String, Integer> erased,
    String operator,
    Instant at,
    long number)
    implements Page {}
