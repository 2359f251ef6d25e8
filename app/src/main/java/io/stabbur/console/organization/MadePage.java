package io.stabbur.console.organization;

import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Page;
import io.stabbur.organization.management.Invited;

/// An organization that was just made, and what its administrator gets.
public record MadePage(Frame frame, String project, String name, Invited invited) implements Page {}
