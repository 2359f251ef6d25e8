package io.stabbur.console.page;

/// What a template shows.
public interface Page {
  Frame frame();
}
